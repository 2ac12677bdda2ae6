import type { ModelFit } from '@lomusai/client-js'
import { CircleCheck, CircleSlash, Snail } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { classNames } from '../ui/class-names.ts'

const looks = {
  'runs-well': { Icon: CircleCheck, tone: 'text-ink' },
  'runs-slowly': { Icon: Snail, tone: 'text-ink-soft' },
  'does-not-fit': { Icon: CircleSlash, tone: 'text-danger' },
} as const

/** How a model runs on its node, or what is missing. Nothing for models that compute elsewhere. */
export function FitMark({ fit }: { fit: ModelFit | undefined }) {
  const { t, i18n } = useTranslation()
  if (fit === undefined) return null
  const { Icon, tone } = looks[fit.verdict]
  const { speed, reason } = fit
  const number = new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 2 })
  return (
    <p className={classNames('mt-2 flex flex-wrap items-center gap-x-2 gap-y-0.5 text-sm', tone)}>
      <Icon aria-hidden size={15} strokeWidth={2} className="shrink-0" />
      <span className="font-medium">{t(`models.fit.${fit.verdict}`)}</span>
      <span className="text-ink-soft">
        {speed === undefined
          ? t(`models.reason.${reason}`)
          : t(reason === 'measured' ? 'models.measured' : 'models.estimated', {
              decode: number.format(speed.decode),
              prefill: number.format(speed.prefill),
            })}
      </span>
    </p>
  )
}
