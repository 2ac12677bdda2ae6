import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { describeError } from '../lumos/describe-error.ts'
import { useDid } from '../lumos/use-did.ts'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Copyable } from '../ui/copyable.tsx'
import { formatTime } from '../ui/format.ts'
import { CommandList } from './command-list.tsx'
import { type GrantGroup, isActive } from './group-grants.ts'
import type { Access } from './use-access.ts'

/** One permission: whose, what for, until when, and the way to take it back. */
export function GrantRow({ group, change }: { group: GrantGroup } & Pick<Access, 'change'>) {
  const { t } = useTranslation()
  const did = useDid()
  const [isAsking, setIsAsking] = useState(false)
  const [error, setError] = useState<string>()
  const label = group.label ?? t('access.unnamed')
  const isUsable = isActive(group, Date.now())
  const conditions = group.grants.flatMap(({ policy }) => policy)
  const revoke = async () => {
    try {
      await change(async client => {
        for (const { cid } of group.grants) await client.access.revoke(cid)
      })
      setIsAsking(false)
    } catch (cause) {
      setError(t(`errors.${describeError(cause).code}.title`))
    }
  }
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-4 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-1">
        <p className={classNames('font-medium', !isUsable && 'text-ink-faint line-through')}>
          {label}
          {group.audience === did && (
            <span className="ml-2 text-sm font-normal text-ink-faint">({t('access.you')})</span>
          )}
        </p>
        <div className="mt-2 mb-1.5 flex flex-wrap items-center gap-2">
          <CommandList commands={group.commands} />
          {conditions.length > 0 && (
            <span className="text-sm text-ink-soft">
              {t('access.conditions', { count: conditions.length })}
            </span>
          )}
        </div>
        <Copyable name={t('access.holder')} value={group.audience} />
        <GrantTimes group={group} />
      </div>
      {isUsable && (
        <Button aria-label={t('access.revokeOf', { label })} onClick={() => setIsAsking(true)}>
          {t('access.revoke')}
        </Button>
      )}
      {isAsking && (
        <Confirm
          title={t('access.revokeTitle', { label })}
          text={t('access.revokeText')}
          confirmLabel={t('access.revoke')}
          onConfirm={() => void revoke()}
          onClose={() => setIsAsking(false)}
          {...(error !== undefined && { error })}
        />
      )}
    </li>
  )
}

function GrantTimes({ group }: { group: GrantGroup }) {
  const { t, i18n } = useTranslation()
  const format = (time: string) => formatTime(Date.parse(time), i18n.language)
  const { createdAt, expiresAt, revokedAt } = group
  const end =
    revokedAt !== undefined
      ? t('access.revokedAt', { time: format(revokedAt) })
      : expiresAt !== undefined
        ? t('access.until', { time: format(expiresAt) })
        : t('access.untilRevoked')
  return (
    <p className="mt-1 text-xs text-ink-faint tabular-nums">
      {t('access.since', { time: format(createdAt) })} · {end}
    </p>
  )
}
