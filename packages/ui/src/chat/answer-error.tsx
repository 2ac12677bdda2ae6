import type { ErrorDescription } from '@lomusai/client-js'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { useMe } from '../lumos/use-me.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import type { ChatSession } from './chat-session.ts'
import type { AnswerTurn } from './turn.ts'

export interface AnswerErrorProps {
  answer: AnswerTurn
  error: ErrorDescription
  session: ChatSession
  isLast: boolean
}

/** What went wrong and what to do about it. */
export function AnswerError({ answer, error, session, isLast }: AnswerErrorProps) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const me = useMe()
  const isLocked = error.code === 'identity-unavailable' && me.state === 'person' && me.isLocked
  const useLocal = () => {
    lumos.settings.update(settings => ({ ...settings, place: 'local' }))
    void session.retry()
  }
  const canGoLocal = answer.place !== 'local' && ['dial-failed', 'no-place-available'].includes(error.code)
  return (
    <Notice
      tone="danger"
      actions={
        isLast && (
          <>
            {canGoLocal && <Button onClick={useLocal}>{t('place.notice.useLocal')}</Button>}
            <Button look="primary" onClick={() => void session.retry()}>
              {error.code === 'connection-lost' ? t('action.continue') : t('action.retry')}
            </Button>
          </>
        )
      }
    >
      <p className="font-medium">{isLocked ? t('identity.locked') : t(`errors.${error.code}.title`)}</p>
      <p className="text-ink-soft">
        {isLocked ? t('identity.lockedNotice') : t(`errors.${error.code}.next`)}
      </p>
      <details className="mt-1 text-xs text-ink-faint">
        <summary>{t('errorDetails')}</summary>
        <code className="font-mono">
          {error.code}: {error.message}
        </code>
      </details>
    </Notice>
  )
}
