import { useNavigate } from 'react-router'
import { useApp } from '../app-context.ts'
import type { ChatSession } from './chat-session.ts'
import { titleOf } from './title-of.ts'

/** Asks the last question again: the conversation up to it goes on under a new id, and takes the old one's place. */
export function useRegenerate(session: ChatSession): () => Promise<void> {
  const { sessions, threads } = useApp()
  const navigate = useNavigate()
  return async () => {
    const question = session.state.get().turns.findLast(turn => turn.kind === 'user')
    if (question === undefined || session.isRunning) return
    const title = threads.entry(session.threadId)?.title ?? titleOf(question.text)
    const branch = await sessions.branch(session, question, title)
    void navigate(`/chat/${branch.threadId}`, { replace: true })
    void branch.send(question.text)
    await threads.delete(session.threadId)
    sessions.forget(session.threadId)
  }
}
