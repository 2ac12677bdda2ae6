import type { AuditEntry, SignedTreeHead } from '@lomusai/client-js'
import { type ToggleEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { knownCommand } from '../access/command-text.ts'
import { useApp } from '../app-context.ts'
import { Fact, Facts } from '../network/facts.tsx'
import { classNames } from '../ui/class-names.ts'
import { Copyable } from '../ui/copyable.tsx'
import { formatTime, shorten } from '../ui/format.ts'

/** One request in a line; everything that was written down of it, and its proof, below. */
export function AuditRow({ entry, head }: { entry: AuditEntry; head: SignedTreeHead }) {
  const { t, i18n } = useTranslation()
  const name = knownCommand(entry.command)
  const isAdmitted = entry.outcome === 'admitted'
  return (
    <li className="py-3 first:pt-0 last:pb-0">
      <details>
        <summary className="flex cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 rounded-lg text-sm">
          <span
            className={classNames(
              'rounded-full px-2 py-0.5 text-xs font-medium',
              isAdmitted ? 'bg-sunken text-ink-soft' : 'bg-danger-tint text-danger',
            )}
          >
            {isAdmitted ? t('audit.admitted') : t('audit.refusedMark')}
          </span>
          <span className="min-w-0 flex-1 font-medium">
            {name === undefined ? entry.command : t(`access.command.${name}`)}
            <code className="ml-2 font-mono text-xs font-normal text-ink-faint">{entry.command}</code>
          </span>
          <code className="font-mono text-xs text-ink-faint">{shorten(entry.issuer, 22)}</code>
          <time dateTime={entry.at} className="text-xs text-ink-faint tabular-nums">
            {formatTime(Date.parse(entry.at), i18n.language)}
          </time>
        </summary>
        <EntryDetails entry={entry} head={head} />
      </details>
    </li>
  )
}

function EntryDetails({ entry, head }: { entry: AuditEntry; head: SignedTreeHead }) {
  const { t } = useTranslation()
  return (
    <div className="mt-3 rounded-xl bg-sunken p-4">
      <Facts>
        <Fact name={t('audit.who')}>
          <Copyable name={t('audit.who')} value={entry.issuer} />
        </Fact>
        {entry.subject !== entry.issuer && (
          <Fact name={t('audit.behalf')}>
            <Copyable name={t('audit.behalf')} value={entry.subject} />
          </Fact>
        )}
        {Object.entries(entry.resource ?? {}).map(([key, value]) => (
          <Fact key={key} name={key}>
            <code className="font-mono text-[0.82rem] break-all text-ink-soft">{String(value)}</code>
          </Fact>
        ))}
        <Fact name={t('audit.permission')}>
          {entry.delegations.length === 0 ? (
            <span className="text-ink-soft">{t('audit.publicPermission')}</span>
          ) : (
            entry.delegations.map(cid => <Copyable key={cid} name={t('audit.permission')} value={cid} />)
          )}
        </Fact>
        {entry.outcome !== 'admitted' && (
          <Fact name={t('audit.reason')}>
            <span className="text-ink-soft">{t(`errors.${entry.outcome}.title`)}</span>
          </Fact>
        )}
      </Facts>
      <InclusionProof entry={entry} head={head} />
    </div>
  )
}

type Proof = 'unknown' | 'checking' | 'included' | 'missing'

/** Asks for the audit path and checks it here: the server's word is not enough. */
function InclusionProof({ entry, head }: { entry: AuditEntry; head: SignedTreeHead }) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const [proof, setProof] = useState<Proof>('unknown')
  const check = async () => {
    setProof('checking')
    try {
      const { verifyInclusion } = await import('@lomusai/client-js/access')
      const client = await lumos.client('cloud')
      const path = await client.audit.inclusion(entry.index, head.treeSize)
      await verifyInclusion({ entry, head, path })
      setProof('included')
    } catch {
      setProof('missing')
    }
  }
  const toggle = (event: ToggleEvent<HTMLDetailsElement>) => {
    if (event.newState === 'open' && proof === 'unknown') void check()
  }
  return (
    <details onToggle={toggle} className="mt-4 text-sm">
      <summary className="w-fit cursor-pointer rounded-sm font-medium">{t('audit.proof')}</summary>
      <p role="status" className={classNames('mt-2', proof === 'missing' ? 'text-danger' : 'text-ink-soft')}>
        {proof !== 'unknown' && t(`audit.proofState.${proof}`, { index: entry.index, size: head.treeSize })}
      </p>
    </details>
  )
}
