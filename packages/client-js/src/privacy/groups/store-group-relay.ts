import {
  type AbortOptions,
  type GroupId,
  type GroupRelay,
  type GroupRelayEntry,
  LumosError,
  type Store,
} from '../../contracts/index.ts'
import { base64url, storeKey } from '../../core/index.ts'
import { maxMlsBytes } from './message-limit.ts'

/** Changes of groups in a Store. Several may share one Store: each sequence is taken once. */
export class StoreGroupRelay implements GroupRelay {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  async append(groupId: GroupId, message: Uint8Array, options?: AbortOptions): Promise<number> {
    if (message.length > maxMlsBytes) {
      throw new LumosError('too-large', `A relay takes messages of at most ${maxMlsBytes} bytes.`)
    }
    const value = base64url.encode(message)
    for (let sequence = (await this.#last(groupId, options)) + 1; ; sequence++) {
      if (await this.#store.putIfAbsent(entryKey(groupId, sequence), value, options)) return sequence
    }
  }

  async read(
    groupId: GroupId,
    options: AbortOptions & { after?: number; limit?: number } = {},
  ): Promise<GroupRelayEntry[]> {
    const { after = 0, limit = 100, signal } = options
    const prefix = logPrefix(groupId)
    const page = { prefix, after: entryKey(groupId, after), limit: Math.min(limit, 1000), signal }
    const entries: GroupRelayEntry[] = []
    for await (const { key, value } of this.#store.list(page)) {
      entries.push({ sequence: Number(key.slice(prefix.length)), message: base64url.decode(value as string) })
    }
    return entries
  }

  async #last(groupId: GroupId, options?: AbortOptions): Promise<number> {
    const prefix = logPrefix(groupId)
    for await (const { key } of this.#store.list({ ...options, prefix, limit: 1, reverse: true })) {
      return Number(key.slice(prefix.length))
    }
    return 0
  }
}

function logPrefix(groupId: GroupId): string {
  return `${storeKey('group-relay', groupId)}/`
}

function entryKey(groupId: GroupId, sequence: number): string {
  return `${logPrefix(groupId)}${String(sequence).padStart(12, '0')}`
}
