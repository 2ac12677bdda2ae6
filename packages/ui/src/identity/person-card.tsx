import { LockKeyhole, LockKeyholeOpen } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { isRemoved, type PersonHere } from '../lumos/me.ts'
import { Fact, Facts } from '../network/facts.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Copyable } from '../ui/copyable.tsx'
import { Notice } from '../ui/notice.tsx'
import { Problem } from '../ui/problem.tsx'
import { useDeed } from './use-deed.ts'

/** Who is here, by which device, and whether its key is open. */
export function PersonCard({ me }: { me: PersonHere }) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const { isBusy, error, run } = useDeed()
  const [isRenewing, setIsRenewing] = useState(false)
  const { person, isLocked } = me
  return (
    <>
      {isRemoved(me) && <Notice tone="danger">{t('identity.removedNotice')}</Notice>}
      <Card title={t('identity.youTitle')} hint={t('identity.youHint')}>
        <Facts>
          <Fact name={t('identity.name')}>
            <Copyable name={t('identity.name')} value={person.did} />
          </Fact>
          <Fact name={t('identity.deviceKey')}>
            <span className="flex flex-wrap items-center gap-3">
              <Copyable name={t('identity.deviceKey')} value={person.device.did} />
              {!isLocked && !isRemoved(me) && (
                <Button disabled={isBusy} onClick={() => setIsRenewing(true)}>
                  {t('identity.renewKey')}
                </Button>
              )}
            </span>
          </Fact>
          <Fact name={t('identity.lock')}>
            <span className="flex flex-wrap items-center gap-3">
              <span className="flex items-center gap-2">
                {isLocked ? (
                  <LockKeyhole aria-hidden size={15} className="text-danger" />
                ) : (
                  <LockKeyholeOpen aria-hidden size={15} className="text-ink-faint" />
                )}
                {t(isLocked ? 'identity.locked' : 'identity.unlocked')}
              </span>
              {isLocked && (
                <Button look="primary" disabled={isBusy} onClick={() => void run(() => lumos.unlock())}>
                  {t('identity.unlock')}
                </Button>
              )}
            </span>
          </Fact>
        </Facts>
        <Problem text={error} />
        {isRenewing && (
          <Confirm
            title={t('identity.renewTitle')}
            text={t('identity.renewText')}
            confirmLabel={t('identity.renewKey')}
            onConfirm={() => {
              setIsRenewing(false)
              void run(() => lumos.renewKey())
            }}
            onClose={() => setIsRenewing(false)}
          />
        )}
      </Card>
    </>
  )
}
