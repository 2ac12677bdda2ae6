import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { AnswerError } from './answer-error.tsx'
import { AnswerFooter } from './answer-footer.tsx'
import type { ChatSession } from './chat-session.ts'
import { ToolCallCard } from './tool-call-card.tsx'
import { type AnswerBlock, type AnswerTurn, isRunning } from './turn.ts'
import { Waiting } from './waiting.tsx'

const Markdown = lazy(() => import('./markdown.tsx'))

export interface AnswerProps {
  answer: AnswerTurn
  session: ChatSession
  isLast: boolean
}

/** What the agent answered: text and tool calls in their order, then who it was. */
export function Answer({ answer, session, isLast }: AnswerProps) {
  const { t } = useTranslation()
  const running = isRunning(answer)
  return (
    <article data-place={answer.place} aria-busy={running} className="rise-in group">
      <h2 className="sr-only">{t('chat.answer')}</h2>
      <div className="space-y-3">
        {answer.blocks.map(block => (
          <Block key={keyOf(block)} block={block} session={session} />
        ))}
        {running && <Waiting answer={answer} />}
        {answer.error !== undefined && answer.state === 'failed' && (
          <AnswerError answer={answer} error={answer.error} session={session} isLast={isLast} />
        )}
      </div>
      {!running && <AnswerFooter answer={answer} session={session} isLast={isLast} />}
    </article>
  )
}

function Block({ block, session }: { block: AnswerBlock; session: ChatSession }) {
  if (block.kind === 'tool') return <ToolCallCard call={block} session={session} />
  return (
    <Suspense fallback={<p className="whitespace-pre-wrap">{block.text}</p>}>
      <Markdown text={block.text} />
    </Suspense>
  )
}

function keyOf(block: AnswerBlock): string {
  return block.kind === 'tool' ? `${block.step}-${block.toolCallId}` : `${block.step}-${block.messageId}`
}
