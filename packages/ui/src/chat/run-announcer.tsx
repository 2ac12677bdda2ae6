import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useObservable } from '../observable.ts'
import type { ChatSession } from './chat-session.ts'
import { type AnswerTurn, answerText, isRunning, pendingApprovals } from './turn.ts'

/**
 * Tells a screen reader what happens, in whole sentences: that an answer starts, that approval is needed, and the
 * finished answer once. Never the stream itself.
 */
export function RunAnnouncer({ session }: { session: ChatSession }) {
  const { t } = useTranslation()
  const { turns } = useObservable(session.state)
  const last = turns.at(-1)
  const answer = last?.kind === 'answer' ? last : undefined
  const phase = phaseOf(answer)
  const previous = useRef(phase)
  const [text, setText] = useState('')
  useEffect(() => {
    if (phase === previous.current) return
    // History that was just loaded is not news.
    const wasRunning = previous.current === 'running' || previous.current.startsWith('approval')
    previous.current = phase
    if (answer === undefined || (!wasRunning && !isRunning(answer))) return
    setText(describe(answer))
    function describe(answer: AnswerTurn): string {
      const [pending] = pendingApprovals(answer)
      if (pending !== undefined) return t('chat.announceApproval', { tool: pending.name })
      if (isRunning(answer)) return t('chat.announceStart')
      if (answer.state === 'stopped') return t('chat.announceStopped')
      if (answer.state === 'completed') return t('chat.announceDone', { text: answerText(answer) })
      return t('chat.announceFailed', { reason: t(`errors.${answer.error?.code ?? 'internal'}.title`) })
    }
  }, [phase, answer, t])
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  )
}

function phaseOf(answer: AnswerTurn | undefined): string {
  if (answer === undefined) return 'none'
  const [pending] = pendingApprovals(answer)
  if (pending !== undefined) return `approval-${pending.toolCallId}`
  return isRunning(answer) ? 'running' : answer.state
}
