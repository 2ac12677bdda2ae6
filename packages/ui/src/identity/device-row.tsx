import type { PersonDevice } from '@lomusai/client-js/identity'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Copyable } from '../ui/copyable.tsx'
import { formatTime } from '../ui/format.ts'
import { useDeed } from './use-deed.ts'

/** One of the person's devices, and the way to shut it out. */
export function DeviceRow({ device, canRemove }: { device: PersonDevice; canRemove: boolean }) {
  const { t, i18n } = useTranslation()
  const { lumos } = useApp()
  const [isAsking, setIsAsking] = useState(false)
  const { error, run } = useDeed()
  const { label, addedAt, did, isThisDevice } = device
  const remove = async () => {
    const isDone = await run(() => lumos.changePerson(person => person.removeDevice(did)))
    if (isDone) setIsAsking(false)
  }
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-4 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {label}
          {isThisDevice && (
            <span className="ml-2 text-sm font-normal text-ink-faint">({t('identity.thisDevice')})</span>
          )}
        </p>
        <Copyable name={t('identity.keyOf', { label })} value={did} />
        <p className="mt-1 text-xs text-ink-faint tabular-nums">
          {t('identity.added', { time: formatTime(Date.parse(addedAt), i18n.language) })}
        </p>
      </div>
      {canRemove && (
        <Button aria-label={t('identity.removeOf', { label })} onClick={() => setIsAsking(true)}>
          {t('action.remove')}
        </Button>
      )}
      {isAsking && (
        <Confirm
          title={t('identity.removeTitle', { label })}
          text={t('identity.removeText')}
          confirmLabel={t('action.remove')}
          onConfirm={() => void remove()}
          onClose={() => setIsAsking(false)}
          {...(error !== undefined && { error })}
        />
      )}
    </li>
  )
}
