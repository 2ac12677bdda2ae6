import { type IdempotencyKey, isLumosError, type ThreadId } from '../contracts/index.ts'
import { createId } from '../core/index.ts'
import type { ConversationLog } from './conversation-log.ts'
import type { Attempt, Exchange } from './exchange.ts'
import type { PlaceLink } from './place-link.ts'

/** Brings a conversation to a place that has not seen it, as far as this client knows it. Repeating changes nothing. */
export async function settleThread(
  link: PlaceLink,
  threadId: ThreadId,
  by: {
    exchange: Exchange
    conversations: ConversationLog
    trip: Pick<Attempt<'thread.create'>, 'deadline' | 'traceparent' | 'signal'>
  },
): Promise<void> {
  const { exchange, conversations, trip } = by
  const usage = conversations.usage(threadId)
  const attempt = () => ({ ...trip, idempotencyKey: createId() as IdempotencyKey })
  try {
    await exchange.result(link, {
      verb: 'thread.create',
      params: { threadId, ...(usage && { usage }) },
      ...attempt(),
    })
  } catch (error) {
    // It has been here before.
    if (!isLumosError(error) || error.code !== 'conflict') throw error
  }
  const messages = conversations.messages(threadId)
  if (messages.length === 0) return
  await exchange.result(link, { verb: 'message.add', params: { threadId, messages }, ...attempt() })
}
