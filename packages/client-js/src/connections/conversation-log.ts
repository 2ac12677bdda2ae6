import type { Message, MessageId, SignedUsagePolicy, ThreadId } from '../contracts/index.ts'
import { RecentMap } from './recent-map.ts'

const maxThreads = 64
const maxMessages = 200

/** The latest messages of the latest conversations, so that one can go on at a place that never saw it. */
export class ConversationLog {
  readonly #threads = new RecentMap<ThreadId, Map<MessageId, Message>>(maxThreads)

  readonly #policies = new RecentMap<ThreadId, SignedUsagePolicy>(maxThreads)

  /** Adds in order; a message already there keeps its place. */
  add(threadId: ThreadId, messages: readonly Message[]): void {
    const log = this.#threads.get(threadId) ?? new Map<MessageId, Message>()
    for (const message of messages) {
      if (!log.has(message.messageId)) log.set(message.messageId, message)
    }
    for (const messageId of [...log.keys()].slice(0, Math.max(0, log.size - maxMessages))) {
      log.delete(messageId)
    }
    this.#threads.set(threadId, log)
  }

  /** Oldest first. */
  messages(threadId: ThreadId): Message[] {
    return [...(this.#threads.get(threadId)?.values() ?? [])]
  }

  delete(threadId: ThreadId): void {
    this.#threads.delete(threadId)
  }

  /** What binds the conversation wherever it goes, as far as we know. */
  usage(threadId: ThreadId | undefined): SignedUsagePolicy | undefined {
    return threadId === undefined ? undefined : this.#policies.get(threadId)
  }

  /** Remembers the newest policy. */
  bind(threadId: ThreadId, usage: SignedUsagePolicy): void {
    const known = this.#policies.get(threadId)
    this.#policies.set(threadId, known !== undefined && known.version > usage.version ? known : usage)
  }
}
