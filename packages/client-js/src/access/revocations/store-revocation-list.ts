import type {
  AbortOptions,
  Clock,
  DelegationCid,
  JsonValue,
  KeyDirectory,
  PrincipalDid,
  RevocationList,
  RevocationRecord,
  Store,
  Verifier,
} from '../../contracts/index.ts'
import { LumosError } from '../../contracts/index.ts'
import { findSigner, type RevocationIndex, SpeakingKeys } from '../chain/index.ts'
import { decodeRevocation, type Revocation } from './revocation.ts'

export interface RevocationListOptions {
  store: Store
  verifier: Verifier
  keys: KeyDirectory
  clock: Clock
  /** How many revocations of one issuer are kept; more are refused. @default 10,000 */
  maxPerIssuer?: number
}

const prefix = 'revocations/'
const defaultLimit = 100
const maxLimit = 1000

/**
 * Revocations in a store, and in memory for the question asked on each call. Processes that share the store share the
 * list: each sees what the others added at its next `add` or `refresh`.
 */
export class StoreRevocationList implements RevocationList, RevocationIndex {
  readonly #options: RevocationListOptions
  readonly #records = new Map<DelegationCid, RevocationRecord[]>()
  readonly #countByIssuer = new Map<PrincipalDid, number>()
  #lastSequence = 0
  #adding: Promise<unknown> = Promise.resolve()

  private constructor(options: RevocationListOptions) {
    this.#options = options
  }

  /** Reads what the store holds. @throws {LumosError} `storage-failed` */
  static async open(options: RevocationListOptions & AbortOptions): Promise<StoreRevocationList> {
    const list = new StoreRevocationList(options)
    await list.refresh(options)
    return list
  }

  revokersOf(cid: DelegationCid): readonly PrincipalDid[] {
    return this.#records.get(cid)?.map(({ issuer }) => issuer) ?? []
  }

  /** Learns of what other processes added to the store. */
  async refresh({ signal }: AbortOptions = {}): Promise<void> {
    const after = keyOf(this.#lastSequence)
    for await (const { value } of this.#options.store.list({ prefix, after, signal })) {
      this.#keep(value as unknown as RevocationRecord)
    }
  }

  async list(options: AbortOptions & { after?: number; limit?: number } = {}): Promise<RevocationRecord[]> {
    const { after = 0, limit = defaultLimit, signal } = options
    const records: RevocationRecord[] = []
    const range = { prefix, after: keyOf(after), limit: Math.min(limit, maxLimit), signal }
    for await (const { value } of this.#options.store.list(range)) {
      records.push(value as unknown as RevocationRecord)
    }
    return records
  }

  /** @throws {LumosError} also `limit-reached`, `identity-unavailable`, `too-large`, `malformed-frame` */
  async add(token: string, { signal }: AbortOptions = {}): Promise<RevocationRecord> {
    signal?.throwIfAborted()
    const revocation = await decodeRevocation(token)
    const known = this.#find(revocation)
    if (known?.token === token) return known
    await this.#assertSigned(revocation, signal)
    const added = this.#adding.then(() => this.#add(revocation, signal))
    this.#adding = added.catch(() => {})
    return added
  }

  async #assertSigned({ invocation }: Revocation, signal: AbortSignal | undefined): Promise<void> {
    const speakingKeys = new SpeakingKeys(this.#options.keys, signal)
    if (await findSigner(invocation, this.#options.verifier, speakingKeys)) return
    const [failure] = speakingKeys.failures.values()
    if (failure !== undefined) throw failure
    throw new LumosError('invalid-proof', 'The revocation is not signed by who issues it.')
  }

  async #add(revocation: Revocation, signal: AbortSignal | undefined): Promise<RevocationRecord> {
    const { maxPerIssuer = 10_000, store, clock } = this.#options
    const { cid, issuer, invocation } = revocation
    while (true) {
      const known = this.#find(revocation)
      if (known !== undefined) return known
      if ((this.#countByIssuer.get(issuer) ?? 0) >= maxPerIssuer) {
        throw new LumosError('limit-reached', `At most ${maxPerIssuer} revocations of one issuer are kept.`)
      }
      const record: RevocationRecord = {
        sequence: this.#lastSequence + 1,
        cid,
        issuer,
        seenAt: new Date(clock.now()).toISOString(),
        token: invocation.token,
      }
      const isMine = await store.putIfAbsent(keyOf(record.sequence), record as unknown as JsonValue, {
        signal,
      })
      if (isMine) {
        this.#keep(record)
        return record
      }
      // Another process took the number.
      await this.refresh({ signal })
    }
  }

  #find({ cid, issuer }: Revocation): RevocationRecord | undefined {
    return this.#records.get(cid)?.find(record => record.issuer === issuer)
  }

  #keep(record: RevocationRecord): void {
    if (record.sequence <= this.#lastSequence) return
    this.#lastSequence = record.sequence
    const { cid, issuer } = record
    this.#records.set(cid, [...(this.#records.get(cid) ?? []), record])
    this.#countByIssuer.set(issuer, (this.#countByIssuer.get(issuer) ?? 0) + 1)
  }
}

/** Keys sort as numbers do. */
function keyOf(sequence: number): string {
  return `${prefix}${String(sequence).padStart(12, '0')}`
}
