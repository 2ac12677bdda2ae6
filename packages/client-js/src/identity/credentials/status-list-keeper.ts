import {
  type AbortOptions,
  type Clock,
  type JsonValue,
  LumosError,
  type Store,
} from '../../contracts/index.ts'
import { createSystemClock, isJsonObject, KeyedLock, storeKey } from '../../core/index.ts'
import type { StatusEntry } from './status-entry.ts'
import { StatusList } from './status-list.ts'
import { issueStatusList, type StatusPurpose } from './status-list-credential.ts'
import type { TokenSigner } from './token.ts'

export interface StatusListKeeperOptions {
  /** Where the list is kept. */
  store: Store
  issuer: TokenSigner
  /** Where verifiers will find what {@link StatusListKeeper.publish} gives. */
  url: string
  /** @default 'revocation' */
  purpose?: StatusPurpose
  /** How long a published list counts, in milliseconds: publish more often. @default 86400000 */
  validForMs?: number
  /** @default the machine's */
  clock?: Clock
}

/** An issuer's status list: entries for new credentials, revocations, and what to publish. */
export interface StatusListKeeper {
  /** An entry that no other credential has, at random: neighbours say nothing about each other. */
  allocate(options?: AbortOptions): Promise<StatusEntry>
  /** Idempotent. Seen by verifiers once the list is published again. @throws {LumosError} `not-found` */
  revoke(entry: StatusEntry, options?: AbortOptions): Promise<void>
  /** Takes a suspension back. @throws {LumosError} `not-found`; `conflict` for a revocation, which is for good */
  restore(entry: StatusEntry, options?: AbortOptions): Promise<void>
  /** The list as it is now, signed: serve it at its URL as `application/vc+jwt`. */
  publish(options?: AbortOptions): Promise<string>
}

interface Lists {
  revoked: StatusList
  taken: StatusList
}

export function createStatusListKeeper(options: StatusListKeeperOptions): StatusListKeeper {
  const { store, issuer, url, purpose = 'revocation', validForMs = 86_400_000 } = options
  const clock = options.clock ?? createSystemClock()
  const lock = new KeyedLock()
  const key = storeKey('status-list', url)

  async function change(work: (lists: Lists) => void, waiting: AbortOptions | undefined): Promise<void> {
    await lock.run(key, async () => {
      const lists = await read(await store.get(key, waiting))
      work(lists)
      const [revoked, taken] = await Promise.all([lists.revoked.encode(), lists.taken.encode()])
      await store.put(key, { revoked, taken }, waiting)
    })
  }

  const set = (entry: StatusEntry, value: boolean, waiting: AbortOptions | undefined) =>
    change(({ revoked, taken }) => {
      const index = Number(entry.statusListIndex)
      const isOurs = entry.statusListCredential === url && entry.statusPurpose === purpose
      if (!isOurs || !(index < taken.length && taken.get(index))) {
        throw new LumosError('not-found', 'The status list has no such entry.')
      }
      revoked.set(index, value)
    }, waiting)

  return {
    async allocate(waiting) {
      let index = 0
      await change(({ taken }) => {
        index = freeIndex(taken)
        taken.set(index, true)
      }, waiting)
      return {
        id: `${url}#${index}`,
        type: 'BitstringStatusListEntry',
        statusPurpose: purpose,
        statusListIndex: String(index),
        statusListCredential: url,
      }
    },
    revoke: (entry, waiting) => set(entry, true, waiting),
    async restore(entry, waiting) {
      if (purpose === 'revocation') throw new LumosError('conflict', 'A revocation is for good.')
      await set(entry, false, waiting)
    },
    async publish(waiting) {
      const { revoked } = await read(await store.get(key, waiting))
      return issueStatusList({ issuer, list: revoked, url, purpose, validForMs, clock })
    },
  }
}

async function read(record: JsonValue | undefined): Promise<Lists> {
  if (record === undefined) return { revoked: StatusList.create(), taken: StatusList.create() }
  const { revoked, taken } = isJsonObject(record) ? record : {}
  if (typeof revoked !== 'string' || typeof taken !== 'string') {
    throw new LumosError('storage-failed', 'The kept status list cannot be read.', { retryable: false })
  }
  return { revoked: await StatusList.decode(revoked), taken: await StatusList.decode(taken) }
}

/** A random free index: by chance while there are many, else the next one round. */
function freeIndex(taken: StatusList): number {
  const [chance = 0] = crypto.getRandomValues(new Uint32Array(1))
  const start = chance % taken.length
  for (let step = 0; step < taken.length; step++) {
    const index = (start + step) % taken.length
    if (!taken.get(index)) return index
  }
  throw new LumosError('limit-reached', 'The status list is full: start another at another URL.')
}
