import {
  type AbortOptions,
  type Clock,
  type Did,
  type JsonObject,
  type JsonValue,
  type ListMessagesOptions,
  LumosError,
  type Message,
  type Store,
  type StoreOperation,
  type Thread,
  type ThreadId,
  type ThreadStore,
} from '../contracts/index.ts'
import { createId, createSystemClock, KeyedLock, storeKey } from '../core/index.ts'

export interface StoreThreadsOptions {
  store: Store
  /** @default the machine's clock */
  clock?: Clock
}

/**
 * Conversations in a Store. Several may share one Store: a message is added once, whoever adds it; of two
 * changes of one thread's title at the same moment, the later wins.
 */
export class StoreThreads implements ThreadStore {
  readonly #store: Store
  readonly #clock: Clock
  readonly #lock = new KeyedLock()

  constructor(options: StoreThreadsOptions) {
    this.#store = options.store
    this.#clock = options.clock ?? createSystemClock()
  }

  async create(
    owner: Did,
    thread: { threadId?: ThreadId; title?: string; metadata?: JsonObject },
    options?: AbortOptions,
  ): Promise<Thread> {
    const threadId = thread.threadId ?? (createId() as ThreadId)
    const now = this.#timestamp()
    const created = compact({ ...thread, threadId, createdAt: now, updatedAt: now }) as unknown as Thread
    const isNew = await this.#store.putIfAbsent(threadKey(owner, threadId), json(created), options)
    if (!isNew) throw new LumosError('conflict', `The thread ${threadId} exists already.`)
    return created
  }

  async list(owner: Did, options?: AbortOptions): Promise<Thread[]> {
    const threads: Thread[] = []
    for await (const { value } of this.#store.list({ ...options, prefix: `${storeKey('thread', owner)}/` })) {
      threads.push(value as unknown as Thread)
    }
    return threads.sort(
      (a, b) => compareText(b.updatedAt, a.updatedAt) || compareText(b.threadId, a.threadId),
    )
  }

  async get(owner: Did, threadId: ThreadId, options?: AbortOptions): Promise<Thread> {
    const value = await this.#store.get(threadKey(owner, threadId), options)
    if (value === undefined) throw new LumosError('not-found', `There is no thread ${threadId}.`)
    return value as unknown as Thread
  }

  update(
    owner: Did,
    threadId: ThreadId,
    change: { title?: string; metadata?: JsonObject },
    options?: AbortOptions,
  ): Promise<Thread> {
    return this.#locked(owner, threadId, async () => {
      const before = await this.get(owner, threadId, options)
      const after = { ...before, ...compact(change), threadId, updatedAt: this.#timestamp() }
      await this.#store.put(threadKey(owner, threadId), json(after), options)
      return after
    })
  }

  delete(owner: Did, threadId: ThreadId, options?: AbortOptions): Promise<void> {
    return this.#locked(owner, threadId, async () => {
      const operations: StoreOperation[] = [{ type: 'delete', key: threadKey(owner, threadId) }]
      for (const kind of ['thread-message', 'thread-message-id']) {
        const prefix = `${storeKey(kind, owner, threadId)}/`
        for await (const { key } of this.#store.list({ ...options, prefix })) {
          operations.push({ type: 'delete', key })
        }
      }
      await this.#store.batch(operations, options)
    })
  }

  addMessages(owner: Did, threadId: ThreadId, messages: Message[], options?: AbortOptions): Promise<void> {
    return this.#locked(owner, threadId, async () => {
      const thread = await this.get(owner, threadId, options)
      for (const message of messages) await this.#addMessage(owner, threadId, message, options)
      const touched = { ...thread, updatedAt: this.#timestamp() }
      await this.#store.put(threadKey(owner, threadId), json(touched), options)
    })
  }

  async listMessages(owner: Did, threadId: ThreadId, options: ListMessagesOptions = {}): Promise<Message[]> {
    await this.get(owner, threadId, options)
    const messages: Message[] = []
    for await (const { value } of this.#store.list({
      signal: options.signal,
      prefix: `${storeKey('thread-message', owner, threadId)}/`,
      limit: Math.min(options.limit ?? 100, 1000),
      reverse: true,
    })) {
      messages.push(value as unknown as Message)
    }
    return messages.reverse()
  }

  /**
   * Claims the message's id, then takes the place the claim names: whoever lost the claim, or comes back after a
   * crash, completes the same place.
   */
  async #addMessage(owner: Did, threadId: ThreadId, message: Message, options?: AbortOptions): Promise<void> {
    const idKey = storeKey('thread-message-id', owner, threadId, message.messageId)
    let key = await this.#claim(owner, threadId, idKey, options)
    while (!(await this.#store.putIfAbsent(key, json(message), options))) {
      const present = (await this.#store.get(key, options)) as Message | undefined
      if (present?.messageId === message.messageId) return
      // Another process put its message here first: move on.
      key = await this.#nextPlace(owner, threadId, options)
      await this.#store.put(idKey, key, options)
    }
  }

  async #claim(owner: Did, threadId: ThreadId, idKey: string, options?: AbortOptions): Promise<string> {
    const claimed = await this.#store.get(idKey, options)
    if (typeof claimed === 'string') return claimed
    const key = await this.#nextPlace(owner, threadId, options)
    if (await this.#store.putIfAbsent(idKey, key, options)) return key
    return (await this.#store.get(idKey, options)) as string
  }

  async #nextPlace(owner: Did, threadId: ThreadId, options?: AbortOptions): Promise<string> {
    const prefix = `${storeKey('thread-message', owner, threadId)}/`
    let place = 1
    for await (const { key } of this.#store.list({ ...options, prefix, limit: 1, reverse: true })) {
      place = Number(key.slice(prefix.length)) + 1
    }
    return `${prefix}${String(place).padStart(12, '0')}`
  }

  #locked<T>(owner: Did, threadId: ThreadId, work: () => Promise<T>): Promise<T> {
    return this.#lock.run(threadKey(owner, threadId), work)
  }

  #timestamp(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}

function threadKey(owner: Did, threadId: ThreadId): string {
  return storeKey('thread', owner, threadId)
}

function compact<T extends object>(value: T): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
}

function json(value: object): JsonValue {
  return value as JsonValue
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
