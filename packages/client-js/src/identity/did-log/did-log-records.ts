import type { AbortOptions, JsonObject, JsonValue, Store, Verifier } from '../../contracts/index.ts'
import { LumosError } from '../../contracts/index.ts'
import { isJsonObject, storeKey } from '../../core/index.ts'
import type { DidLog, LumosDid } from './did-operation.ts'
import { type VerifiedDidLog, verifiedDidLog } from './verify-did-log.ts'

/** A log as a store knows it. */
export interface KnownDidLog extends VerifiedDidLog {
  /** When each operation became known here, in milliseconds since 1970. */
  seenAt: readonly number[]
}

/** Logs in a Store, verified again whenever they are read: what lies on a disk is not trusted either. */
export class DidLogRecords {
  readonly #store: Store
  readonly #verifier: Verifier

  constructor(store: Store, verifier: Verifier) {
    this.#store = store
    this.#verifier = verifier
  }

  /** @throws {LumosError} `storage-failed` for a record that does not hold */
  async read(did: LumosDid, options?: AbortOptions): Promise<KnownDidLog | undefined> {
    const record = await this.#store.get(keyOf(did), options)
    if (record === undefined) return undefined
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

  async write(did: LumosDid, { log, seenAt }: KnownDidLog, options?: AbortOptions): Promise<void> {
    const record = { log: log as DidLog & JsonValue, seenAt: [...seenAt] }
    await this.#store.put(keyOf(did), record, options)
  }

  async delete(did: LumosDid, options?: AbortOptions): Promise<void> {
    await this.#store.delete(keyOf(did), options)
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

function isTimes(value: JsonValue | undefined, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every(time => Number.isSafeInteger(time))
}

function keyOf(did: LumosDid): string {
  return storeKey('did-log', did)
}
