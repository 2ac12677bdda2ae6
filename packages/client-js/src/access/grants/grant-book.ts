import {
  type AbortOptions,
  type Clock,
  type DelegationCid,
  type Grant,
  type JsonValue,
  LumosError,
  type Store,
} from '../../contracts/index.ts'
import { storeKey } from '../../core/index.ts'
import { GrantIndex } from '../grant-index.ts'
import { type Delegation, decodeDelegation } from '../ucan/index.ts'

const prefix = 'access-grant/'

export interface GrantBookOptions {
  store: Store
  clock: Pick<Clock, 'now'>
  maxGrants: number
}

/** What a node gave, in a store, and in memory for the question asked on each call. */
export class GrantBook {
  /** Those that are not revoked. */
  readonly index = new GrantIndex()
  readonly #options: GrantBookOptions
  /** Oldest first. */
  readonly #grants = new Map<DelegationCid, Grant>()

  private constructor(options: GrantBookOptions) {
    this.#options = options
  }

  /** Reads what the store holds. */
  static async open(options: GrantBookOptions): Promise<GrantBook> {
    const book = new GrantBook(options)
    const grants: Grant[] = []
    for await (const { value } of options.store.list({ prefix })) grants.push(value as unknown as Grant)
    grants.sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt))
    for (const grant of grants) book.#keep(grant, await decodeDelegation(grant.token))
    return book
  }

  /** Newest first. */
  list(): Grant[] {
    return [...this.#grants.values()].reverse()
  }

  get(cid: DelegationCid): Grant | undefined {
    return this.#grants.get(cid)
  }

  /** Whether a grant opens something now. */
  isActive({ revokedAt, expiresAt }: Grant): boolean {
    return (
      revokedAt === undefined &&
      (expiresAt === undefined || Date.parse(expiresAt) > this.#options.clock.now())
    )
  }

  /** Durable before it opens anything. @throws {LumosError} `limit-reached` */
  async add(grant: Grant, delegation: Delegation, options?: AbortOptions): Promise<void> {
    await this.#makeRoom(options)
    await this.#write(grant, options)
    this.#keep(grant, delegation)
  }

  async markRevoked(grant: Grant, options?: AbortOptions): Promise<Grant> {
    const revoked = { ...grant, revokedAt: new Date(this.#options.clock.now()).toISOString() }
    // Refused from now on, whether or not the store can write it down.
    this.index.remove(grant)
    await this.#write(revoked, options)
    this.#grants.set(grant.cid, revoked)
    return revoked
  }

  #keep(grant: Grant, delegation: Delegation): void {
    this.#grants.set(grant.cid, grant)
    if (grant.revokedAt === undefined) this.index.add(delegation)
  }

  /** The oldest that opens nothing any more goes, when there are too many. */
  async #makeRoom(options?: AbortOptions): Promise<void> {
    const { maxGrants, store } = this.#options
    if (this.#grants.size < maxGrants) return
    const spent = [...this.#grants.values()].find(grant => !this.isActive(grant))
    if (spent === undefined) {
      throw new LumosError('limit-reached', `A node gives ${maxGrants} permissions at most: revoke some.`)
    }
    await store.delete(keyOf(spent.cid), options)
    this.#grants.delete(spent.cid)
    this.index.remove(spent)
  }

  async #write(grant: Grant, options?: AbortOptions): Promise<void> {
    await this.#options.store.put(keyOf(grant.cid), grant as unknown as JsonValue, options)
  }
}

function keyOf(cid: DelegationCid): string {
  return storeKey('access-grant', cid)
}
