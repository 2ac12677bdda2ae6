import type { AbortOptions, GroupId, GroupRelay, GroupRelayEntry } from '../contracts/index.ts'

/** Changes of groups, in memory. */
export class MemoryGroupRelay implements GroupRelay {
  readonly #logs = new Map<GroupId, Uint8Array[]>()

  async append(groupId: GroupId, message: Uint8Array, options: AbortOptions = {}): Promise<number> {
    options.signal?.throwIfAborted()
    const log = this.#logs.get(groupId) ?? []
    this.#logs.set(groupId, log)
    return log.push(message.slice())
  }

  async read(
    groupId: GroupId,
    options: AbortOptions & { after?: number; limit?: number } = {},
  ): Promise<GroupRelayEntry[]> {
    const { after = 0, limit = 100, signal } = options
    signal?.throwIfAborted()
    const log = this.#logs.get(groupId) ?? []
    const entries = log.map((message, index) => ({ sequence: index + 1, message: message.slice() }))
    return entries.slice(after, after + Math.min(limit, 1000))
  }
}
