import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Problem } from '../ui/problem.tsx'
import { useAttempt } from './use-attempt.ts'

/** The person's key waits for its passkey, and nothing can be asked before. */
export function LockedNotice() {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const { error, attempt } = useAttempt()
  const unlock = () => attempt(() => lumos.unlock())
  return (
    <Notice
      actions={
        <Button look="primary" onClick={unlock}>
          {t('identity.unlock')}
        </Button>
      }
    >
      {t('identity.lockedNotice')}
      <Problem text={error} />
    </Notice>
  )
}
