import { RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Rating } from '../learning/rating.tsx'
import { PlaceIcon } from '../shell/place-icon.tsx'
import { classNames } from '../ui/class-names.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { formatDuration } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Problem } from '../ui/problem.tsx'
import type { ChatSession } from './chat-session.ts'
import { type AnswerTurn, answerText } from './turn.ts'
import { useAttempt } from './use-attempt.ts'
import { useRegenerate } from './use-regenerate.ts'

export interface AnswerFooterProps {
  answer: AnswerTurn
  session: ChatSession
  isLast: boolean
}

/** Who answered, with what, how fast; and what can be done with the answer. */
export function AnswerFooter({ answer, session, isLast }: AnswerFooterProps) {
  const { t } = useTranslation()
  const regenerate = useRegenerate(session)
  const { error, attempt } = useAttempt()
  const { runId, place, state } = answer
  const text = answerText(answer)
  return (
    <footer className="mt-2.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-faint">
      <AnsweredBy answer={answer} />
      <div
        className={classNames(
          'flex transition-opacity',
          !isLast &&
            'opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100',
        )}
      >
        {text !== '' && <CopyButton text={text} label={t('chat.copyAnswer')} />}
        {state === 'completed' && runId !== undefined && place !== undefined && (
          <Rating runId={runId} place={place} />
        )}
        {isLast && state !== 'failed' && (
          <IconButton
            size="small"
            icon={RotateCcw}
            label={t('chat.regenerate')}
            onClick={() => attempt(regenerate)}
          />
        )}
      </div>
      <Problem text={error} />
    </footer>
  )
}

function AnsweredBy({ answer }: { answer: AnswerTurn }) {
  const { t, i18n } = useTranslation()
  const facts: ReactNode[] = []
  if (answer.state === 'stopped') facts.push(t('chat.stopped'))
  if (answer.modelId !== undefined) facts.push(answer.modelId)
  if (answer.device !== undefined) facts.push(answer.device.toUpperCase())
  if (answer.usage !== undefined) facts.push(<Tokens answer={answer} />)
  if (answer.firstTokenMs !== undefined) {
    facts.push(t('chat.firstToken', { time: formatDuration(answer.firstTokenMs, i18n.language) }))
  }
  if (answer.place === undefined && facts.length === 0) return null
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="sr-only">{t('chat.answeredBy')}</span>
      {answer.place !== undefined && (
        <span className="inline-flex items-center gap-1 rounded-full bg-light-tint px-2 py-0.5 font-medium text-light-ink">
          <PlaceIcon place={answer.place} size={12} strokeWidth={2} />
          {t(`place.${answer.place}`)}
        </span>
      )}
      {facts.map((fact, index) => (
        <span key={index}>
          {index > 0 && <span aria-hidden>·&ensp;</span>}
          {fact}
        </span>
      ))}
    </p>
  )
}

function Tokens({ answer }: { answer: AnswerTurn }) {
  const { t } = useTranslation()
  const { inputTokens = 0, outputTokens = 0 } = answer.usage ?? {}
  return (
    <span title={t('chat.tokensDetail', { input: inputTokens, output: outputTokens })}>
      {t('chat.tokens', { count: outputTokens })}
    </span>
  )
}
