import type { AdaptationReport, PlaceKind } from '@lomusai/client-js'
import { useTranslation } from 'react-i18next'
import { Influences } from './influences.tsx'
import { PolicyActions } from './policy-actions.tsx'
import type { Learning } from './use-learning.ts'

export interface PolicyReportProps {
  report: AdaptationReport
  place: PlaceKind
  change: Learning['change']
}

/** One decision that learns: what decides it now, on what evidence, and how that came about. */
export function PolicyReport({ report, place, change }: PolicyReportProps) {
  const { t, i18n } = useTranslation()
  const { policy, status, version, decisionCount, feedbackCount, recentReward } = report
  const name = policy === 'tool-focus' ? t('learning.policy.tool-focus') : policy
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 0 })
  const number = new Intl.NumberFormat(i18n.language)
  const tiles = [
    [t('learning.decidedBy'), version === 0 ? t('learning.fixedRule') : t('learning.version', { version })],
    [t('learning.decisions'), number.format(decisionCount)],
    [t('learning.ratings'), number.format(feedbackCount)],
    [t('learning.content'), recentReward === undefined ? '–' : percent.format(recentReward)],
  ] as const
  return (
    <section
      aria-label={name}
      data-policy={policy}
      data-place={place}
      className="mt-6 border-t border-line pt-5"
    >
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h3 className="font-medium">{name}</h3>
        <p className={status === 'suspended' ? 'text-sm text-danger' : 'text-sm text-ink-soft'}>
          {t(`learning.status.${status}`)}
        </p>
      </div>
      <dl className="mt-3 grid grid-cols-2 gap-2.5 sm:grid-cols-4">
        {tiles.map(([label, value]) => (
          <div key={label} className="rounded-xl bg-inset px-4 py-3">
            <dt className="text-xs text-ink-soft">{label}</dt>
            <dd className="mt-0.5 font-medium tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {version > 0 && <Influences influences={report.influences} />}
      <Changes changes={report.changes} />
      <PolicyActions policy={policy} name={name} hasLearned={decisionCount > 0} change={change} />
    </section>
  )
}

function Changes({ changes }: Pick<AdaptationReport, 'changes'>) {
  const { t, i18n } = useTranslation()
  if (changes.length === 0) return null
  const format = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <details className="mt-4 text-sm">
      <summary className="w-fit rounded-sm font-medium">{t('learning.history')}</summary>
      <ol className="mt-2 space-y-1 text-ink-soft">
        {changes.toReversed().map(({ at, version, reason, feedbackCount }) => (
          <li key={`${at} ${version} ${reason}`}>
            {format.format(new Date(at))} · {t(`learning.reason.${reason}`, { version })} ·{' '}
            {t('learning.afterRatings', { count: feedbackCount })}
          </li>
        ))}
      </ol>
    </details>
  )
}
