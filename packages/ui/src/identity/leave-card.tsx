import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { isRemoved, type PersonHere } from '../lumos/me.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { useDeed } from './use-deed.ts'

/** Takes the person off this browser. Absent `me`: whoever was here cannot be opened. */
export function LeaveCard({ me }: { me?: PersonHere }) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const [isAsking, setIsAsking] = useState(false)
  const { error, run } = useDeed()
  const isLast = me === undefined || me.devices.length < 2
  // Only an open key can say goodbye; without that, another device has to remove this one.
  const canTell = me !== undefined && !isLast && !me.isLocked && !isRemoved(me)
  const leave = async () => {
    const isDone = await run(async () => {
      if (canTell) await lumos.changePerson(person => person.removeDevice(person.device.did))
      await lumos.leave()
    })
    if (isDone) setIsAsking(false)
  }
  return (
    <Card title={t('identity.leave')} hint={t('identity.leaveHint')}>
      <Button onClick={() => setIsAsking(true)}>{t('identity.leaveNow')}</Button>
      {isAsking && (
        <Confirm
          title={t('identity.leaveTitle')}
          text={t(isLast ? 'identity.leaveLast' : canTell ? 'identity.leaveText' : 'identity.leaveSilent')}
          confirmLabel={t('identity.leaveNow')}
          onConfirm={() => void leave()}
          onClose={() => setIsAsking(false)}
          {...(error !== undefined && { error })}
        />
      )}
    </Card>
  )
}
