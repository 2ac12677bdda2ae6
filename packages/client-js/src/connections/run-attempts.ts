import type { AgentRunParams, IdempotencyKey, RunEvent, RunId, ThreadId } from '../contracts/index.ts'
import { createId } from '../core/index.ts'
import type { ConversationLog } from './conversation-log.ts'
import type { Attempt, Exchange } from './exchange.ts'
import type { PlaceLink } from './place-link.ts'
import { settleThread } from './settle-thread.ts'

export interface RunAttempt extends Pick<Attempt<'agent.run'>, 'deadline' | 'traceparent' | 'signal'> {
  exchange: Exchange
}

/** The events of a run after `offset`, where it lives. */
export function observeRun(
  link: PlaceLink,
  { runId, offset }: { runId: RunId; offset: number },
  { exchange, ...attempt }: RunAttempt,
): AsyncGenerator<RunEvent, void> {
  const idempotencyKey = createId() as IdempotencyKey
  return exchange.events(link, { verb: 'run.observe', params: { runId, offset }, idempotencyKey, ...attempt })
}

/** The events of a run that starts now, after its conversation was brought along when the place lacks it. */
export async function* startRun(
  link: PlaceLink,
  start: { params: AgentRunParams; idempotencyKey: IdempotencyKey; threadToBring: ThreadId | undefined },
  { exchange, conversations, ...attempt }: RunAttempt & { conversations: ConversationLog },
): AsyncGenerator<RunEvent, void> {
  const { params, idempotencyKey, threadToBring } = start
  if (threadToBring !== undefined) {
    await settleThread(link, threadToBring, { exchange, conversations, trip: attempt })
  }
  yield* exchange.events(link, { verb: 'agent.run', params, idempotencyKey, ...attempt })
}
