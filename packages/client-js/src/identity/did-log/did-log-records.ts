import type { AbortOptions, JsonObject, JsonValue, Store, Verifier } from '../../contracts/index.ts'
import { LumosError } from '../../contracts/index.ts'
import { isJsonObject, storeKey } from '../../core/index.ts'
import { compareDidLogs } from './choose-did-log.ts'
import type { DidLog, LumosDid } from './did-operation.ts'
import { lastState, type VerifiedDidLog, verifiedDidLog } from './verify-did-log.ts'

/** A log as a store knows it. */
export interface KnownDidLog extends VerifiedDidLog {
  /** When each operation became known here, in milliseconds since 1970. */
  seenAt: readonly number[]
}

/** What lies in a store of a DID: one log, or several that processes which share the store wrote at the same time. */
interface KeptDidLogs {
  known: KnownDidLog | undefined
  keys: readonly string[]
}

/**
 * Logs in a Store, verified again whenever they are read: what lies on a disk is not trusted either. Each log has a key
 * of its own, its head, so that no process that shares the store overwrites what another one learned.
 */
export class DidLogRecords {
  readonly #store: Store
  readonly #verifier: Verifier

  constructor(store: Store, verifier: Verifier) {
    this.#store = store
    this.#verifier = verifier
  }

  /** @throws {LumosError} `storage-failed` for a record that does not hold */
  async read(did: LumosDid, options?: AbortOptions): Promise<KeptDidLogs> {
    const keys: string[] = []
    let known: KnownDidLog | undefined
    for await (const { key, value } of this.#store.list({ prefix: prefixOf(did), ...options })) {
      keys.push(key)
      const log = await this.#checked(did, value, options)
      known = known === undefined ? log : joined(known, log)
    }
    return { known, keys }
  }

  /** Keeps a log in the place of those that it was made of. */
  async write(did: LumosDid, log: KnownDidLog, replaced: readonly string[], options?: AbortOptions) {
    const key = `${prefixOf(did)}${lastState(log).head}`
    const value = { log: log.log as DidLog & JsonValue, seenAt: [...log.seenAt] }
    const deletes = replaced.filter(old => old !== key).map(old => ({ type: 'delete' as const, key: old }))
    await this.#store.batch([{ type: 'put', key, value }, ...deletes], options)
  }

  async delete(did: LumosDid, options?: AbortOptions): Promise<void> {
    const keys: string[] = []
    for await (const { key } of this.#store.list({ prefix: prefixOf(did), ...options })) keys.push(key)
    await this.#store.batch(
      keys.map(key => ({ type: 'delete', key })),
      options,
    )
  }

  async #checked(did: LumosDid, record: JsonValue, options?: AbortOptions): Promise<KnownDidLog> {
    try {
      return await this.#check(did, record, options)
    } catch (cause) {
      options?.signal?.throwIfAborted()
      throw new LumosError(
        'storage-failed',
        'The kept DID log does not hold: forget it and fetch it again.',
        {
          cause,
          retryable: false,
        },
      )
    }
  }

  async #check(did: LumosDid, record: JsonValue, options?: AbortOptions): Promise<KnownDidLog> {
    const { log, seenAt } = isJsonObject(record) ? record : ({} as JsonObject)
    const verified = await verifiedDidLog(log, { ...options, did, verifier: this.#verifier })
    if (!isTimes(seenAt, verified.log.length)) {
      throw new LumosError('invalid-request', 'The record does not say when each operation was seen.')
    }
    return { ...verified, seenAt }
  }
}

/** The one to follow, with what both saw first. */
function joined(left: KnownDidLog, right: KnownDidLog): KnownDidLog {
  const { winner, sharedCount } = compareDidLogs(left, right)
  const followed = winner === left ? left : right
  const seenAt = followed.seenAt.map((time, index) =>
    index < sharedCount ? Math.min(left.seenAt[index] as number, right.seenAt[index] as number) : time,
  )
  return { ...followed, seenAt }
}

function isTimes(value: JsonValue | undefined, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every(time => Number.isSafeInteger(time))
}

function prefixOf(did: LumosDid): string {
  return `${storeKey('did-log', did)}/`
}
