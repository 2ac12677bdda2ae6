import { ArrowDown } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useObservable } from '../observable.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Answer } from './answer.tsx'
import type { ChatSession } from './chat-session.ts'
import { Question } from './question.tsx'
import { useStickToEnd } from './use-stick-to-end.ts'

/** The turns of a conversation, which stays at its end while an answer grows, unless the reader scrolled up. */
export function Conversation({ session }: { session: ChatSession }) {
  const { t } = useTranslation()
  const { turns, history } = useObservable(session.state)
  const { scroller, content, isAtEnd, scrollToEnd } = useStickToEnd()
  const asked = turns.findLast(turn => turn.kind === 'user')?.message.messageId
  useEffect(() => {
    if (asked !== undefined) scrollToEnd()
  }, [asked, scrollToEnd])
  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={scroller}
        aria-label={t('chat.conversation')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        className="fade-edges h-full overflow-y-auto outline-offset-[-2px]"
      >
        <div ref={content} className="mx-auto w-full max-w-3xl px-4 pt-4 pb-10 sm:px-8">
          {history === 'loading' && <LoadingTurns />}
          {history === 'missing' && <Notice>{t('errors.not-found.next')}</Notice>}
          <ol className="space-y-7">
            {turns.map((turn, index) => (
              <li key={turn.kind === 'user' ? turn.message.messageId : `answer-${index}`}>
                {turn.kind === 'user' ? (
                  <Question turn={turn} session={session} />
                ) : (
                  <Answer answer={turn} session={session} isLast={index === turns.length - 1} />
                )}
              </li>
            ))}
          </ol>
        </div>
      </section>
      {!isAtEnd && (
        <IconButton
          icon={ArrowDown}
          label={t('chat.jump')}
          onClick={scrollToEnd}
          className="fade-in absolute! bottom-3 left-1/2 -translate-x-1/2 rounded-full! border border-line bg-surface! shadow-soft"
        />
      )}
    </div>
  )
}

function LoadingTurns() {
  const { t } = useTranslation()
  return (
    <div role="status" className="space-y-6 pt-2">
      <span className="sr-only">{t('app.loading')}</span>
      <div className="breathe ml-auto h-11 w-1/2 rounded-2xl bg-sunken" />
      <div className="breathe h-24 w-4/5 rounded-2xl bg-sunken" />
    </div>
  )
}
