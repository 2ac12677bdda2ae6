import type {
  AbortOptions,
  AuditEntry,
  JsonValue,
  NodeId,
  SignedTreeHead,
  Store,
  StoreOperation,
} from '../../contracts/index.ts'
import { base64url, storeKey } from '../../core/index.ts'
import { damaged } from './damaged.ts'
import type { TreeHash } from './tree-hash.ts'
import { hashFromText } from './tree-head.ts'

/** What is stored per leaf. With it lie the roots of the subtrees it completes, so that each is one read away. */
export interface LeafRecord {
  /** Absent once it was pruned: the hashes stay. */
  entry?: AuditEntry
  /** base64url; the leaf's own hash first, then the next level up, and so on. */
  hashes: string[]
}

export interface HeadRecord {
  head: SignedTreeHead
  /** Entries before this one are pruned, or about to be. */
  prunedBefore: number
}

const indexDigits = 16

/** The log of one node in a store that others use too. */
export class LogRecords {
  readonly #store: Store
  readonly #headKey: string
  readonly #leafPrefix: string

  constructor(store: Store, nodeId: NodeId) {
    this.#store = store
    this.#headKey = storeKey('audit', nodeId, 'head')
    this.#leafPrefix = `${storeKey('audit', nodeId, 'leaf')}/`
  }

  async head(options?: AbortOptions): Promise<HeadRecord | undefined> {
    return (await this.#store.get(this.#headKey, options)) as HeadRecord | undefined
  }

  /** All or nothing: leaves, and the head that covers them. */
  write(leaves: Map<number, LeafRecord>, head: HeadRecord): Promise<void> {
    const operations = [...leaves].map(([index, leaf]) => this.#putLeaf(index, leaf))
    operations.push({ type: 'put', key: this.#headKey, value: head as unknown as JsonValue })
    return this.#store.batch(operations)
  }

  /** Takes the content out of leaves; their hashes stay. */
  forget(leaves: Map<number, LeafRecord>): Promise<void> {
    return this.#store.batch([...leaves].map(([index, { hashes }]) => this.#putLeaf(index, { hashes })))
  }

  /** @param from - the first one */
  async *leaves(
    options: AbortOptions & { from: number; limit?: number; reverse?: boolean },
  ): AsyncGenerator<{ index: number; leaf: LeafRecord }> {
    const { from, limit, reverse = false, signal } = options
    const listing = this.#store.list({
      prefix: this.#leafPrefix,
      after: this.#boundary(from, reverse),
      reverse,
      signal,
      ...(limit !== undefined && { limit }),
    })
    for await (const { key, value } of listing) {
      const index = Number(key.slice(this.#leafPrefix.length))
      yield { index, leaf: value as unknown as LeafRecord }
    }
  }

  /** @throws {LumosError} `storage-failed` when it is not there */
  async subtree(start: number, level: number, options?: AbortOptions): Promise<TreeHash> {
    const last = start + 2 ** level - 1
    const leaf = (await this.#store.get(this.#leafKey(last), options)) as LeafRecord | undefined
    const hash = hashFromText(leaf?.hashes?.[level])
    if (hash === undefined) throw damaged(`a hash of entry ${last} is missing`)
    return hash
  }

  #leafKey(index: number): string {
    return `${this.#leafPrefix}${String(index).padStart(indexDigits, '0')}`
  }

  #putLeaf(index: number, leaf: LeafRecord): StoreOperation {
    return { type: 'put', key: this.#leafKey(index), value: leaf as unknown as JsonValue }
  }

  /** The key that a listing from `from` on begins after. */
  #boundary(from: number, reverse: boolean): string {
    if (reverse) return this.#leafKey(from + 1)
    return from === 0 ? this.#leafPrefix : this.#leafKey(from - 1)
  }
}

export function toTexts(hashes: readonly TreeHash[]): string[] {
  return hashes.map(hash => base64url.encode(hash))
}
