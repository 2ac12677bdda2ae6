import type { AbortOptions } from './abort-options.ts'
import type { PrincipalDid, ThreadId } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { Message } from './message.ts'
import type { SignedUsagePolicy } from './usage-policy.ts'

export interface Thread {
  threadId: ThreadId
  title?: string
  metadata?: JsonObject
  /** What its owner allows. Absent: the owner reads and infers, nobody learns or shares. A ThreadStore leaves it out. */
  usage?: SignedUsagePolicy
  /** ISO 8601, UTC. */
  createdAt: string
  updatedAt: string
}

export interface ListMessagesOptions extends AbortOptions {
  /** The newest this many. @default 100, at most 1000 */
  limit?: number
}

/**
 * Conversations, kept per owner: nobody reads or learns of another's thread, which answers `not-found`.
 */
export interface ThreadStore {
  create(
    owner: PrincipalDid,
    thread: { threadId?: ThreadId; title?: string; metadata?: JsonObject },
    options?: AbortOptions,
  ): Promise<Thread>
  /** Newest first. */
  list(owner: PrincipalDid, options?: AbortOptions): Promise<Thread[]>
  get(owner: PrincipalDid, threadId: ThreadId, options?: AbortOptions): Promise<Thread>
  update(
    owner: PrincipalDid,
    threadId: ThreadId,
    change: { title?: string; metadata?: JsonObject },
    options?: AbortOptions,
  ): Promise<Thread>
  /** Removes the thread and its messages. */
  delete(owner: PrincipalDid, threadId: ThreadId, options?: AbortOptions): Promise<void>
  /** Adds in order; a `messageId` already there is left as it is, so a retry repeats nothing. */
  addMessages(
    owner: PrincipalDid,
    threadId: ThreadId,
    messages: Message[],
    options?: AbortOptions,
  ): Promise<void>
  /** Oldest first. */
  listMessages(owner: PrincipalDid, threadId: ThreadId, options?: ListMessagesOptions): Promise<Message[]>
}
