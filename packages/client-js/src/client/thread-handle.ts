import type { Connections } from '../connections/index.ts'
import type {
  AbortOptions,
  Identity,
  JsonObject,
  Message,
  SignedUsagePolicy,
  Thread,
  ThreadId,
} from '../contracts/index.ts'
import type { UsagePolicyInput } from '../privacy/usage-policy/create-usage-policy.ts'
import { type MessagesInput, toMessages } from './messages-input.ts'
import { type SetUsageOptions, setThreadUsage, type UsageUpdate } from './set-thread-usage.ts'

export interface MessageListOptions extends AbortOptions {
  /** The newest this many, 1000 at most. @default 100 */
  limit?: number
}

/** One of our conversations. Every method rejects with `not-found` when the place has none of this id that is ours. */
export class ThreadHandle {
  readonly threadId: ThreadId
  readonly #connections: Connections
  readonly #identity: () => Promise<Identity>

  constructor(connections: Connections, identity: () => Promise<Identity>, threadId: ThreadId) {
    this.#connections = connections
    this.#identity = identity
    this.threadId = threadId
  }

  get(options: AbortOptions = {}): Promise<Thread> {
    return this.#connections.call('thread.get', { threadId: this.threadId }, options)
  }

  /** Resolves to the thread as it is now. */
  update(change: { title?: string; metadata?: JsonObject }, options: AbortOptions = {}): Promise<Thread> {
    return this.#connections.call('thread.update', { ...change, threadId: this.threadId }, options)
  }

  /** Absent while its owner said nothing: then only the owner reads and infers, and nobody learns or shares. */
  async getUsage(options: AbortOptions = {}): Promise<SignedUsagePolicy | undefined> {
    return (await this.get(options)).usage
  }

  /**
   * Signs who may use this conversation for what, sets it, and tells every other place. It replaces what was set
   * before; a place that was missed goes on by the older policy until it is told.
   *
   * ```ts
   * await thread.setUsage({ inference: { places: ['local'] } }) // never leaves this machine
   * ```
   *
   * @throws {LumosError} `invalid-proof` unless we are the owner; `invalid-request`
   * @see spec/usage-policy.md
   */
  setUsage(policy: UsagePolicyInput, options: SetUsageOptions = {}): Promise<UsageUpdate> {
    return setThreadUsage(this, policy, {
      ...options,
      connections: this.#connections,
      identity: this.#identity,
    })
  }

  /** Removes the thread and its messages. */
  async delete(options: AbortOptions = {}): Promise<void> {
    await this.#connections.call('thread.delete', { threadId: this.threadId }, options)
  }

  /** Oldest first. */
  async listMessages(options: MessageListOptions = {}): Promise<Message[]> {
    const { limit, ...call } = options
    const params = { threadId: this.threadId, ...(limit !== undefined && { limit }) }
    const { messages } = await this.#connections.call('message.list', params, call)
    return messages
  }

  /** The same as {@link listMessages}, in the shape of version 0. */
  async getMessages(options: MessageListOptions = {}): Promise<{ messages: Message[] }> {
    return { messages: await this.listMessages(options) }
  }

  /** Resolves to the messages as they were added. */
  async addMessage(input: MessagesInput, options: AbortOptions = {}): Promise<Message[]> {
    const messages = toMessages(input)
    await this.#connections.call('message.add', { threadId: this.threadId, messages }, options)
    return messages
  }
}
