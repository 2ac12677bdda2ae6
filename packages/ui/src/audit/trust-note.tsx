import type { SignedTreeHead } from '@lomusai/client-js'
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Copyable } from '../ui/copyable.tsx'
import { formatTime } from '../ui/format.ts'
import type { Trust } from './check-head.ts'

/** What was checked, and what that means. */
export function TrustNote({ head, trust }: { head: SignedTreeHead; trust: Trust }) {
  const { t, i18n } = useTranslation()
  const isBroken = trust.state === 'broken'
  const Icon = isBroken ? ShieldAlert : ShieldCheck
  return (
    <section
      role={isBroken ? 'alert' : undefined}
      aria-label={t('audit.trust')}
      className={`flex gap-4 rounded-2xl border p-5 ${isBroken ? 'border-danger bg-danger-tint' : 'border-line bg-surface'}`}
    >
      <Icon aria-hidden size={24} className={isBroken ? 'text-danger' : 'text-success'} />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">
          {isBroken ? t('audit.broken') : t('audit.sound', { count: head.treeSize })}
        </p>
        <p className="mt-1 text-sm text-ink-soft">
          {trust.state === 'first' && t('audit.soundFirst')}
          {trust.state === 'consistent' &&
            t('audit.soundSince', { time: formatTime(Date.parse(trust.since), i18n.language) })}
          {trust.state === 'broken' && t('audit.brokenText', { reason: trust.reason })}
        </p>
        <div className="mt-2">
          <Copyable name={t('audit.rootHash')} value={head.rootHash} />
        </div>
      </div>
    </section>
  )
}
