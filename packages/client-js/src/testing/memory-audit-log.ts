import type { AbortOptions, AuditEntry, AuditEvent, AuditLog, Identity } from '../contracts/index.ts'
import { LumosError } from '../contracts/index.ts'
import { base64url, canonicalJson, utf8 } from '../core/index.ts'

/** An {@link AuditLog} in memory that computes each head and proof from all leaves, as RFC 6962 defines them. */
export class MemoryAuditLog implements AuditLog {
  readonly #identity: Identity
  readonly #entries: AuditEntry[] = []
  #isStopped = false

  constructor(identity: Identity) {
    this.#identity = identity
  }

  async append(event: AuditEvent, options: AbortOptions = {}): Promise<AuditEntry> {
    this.#check(options)
    const entry = structuredClone({ ...event, index: this.#entries.length })
    this.#entries.push(entry)
    return structuredClone(entry)
  }

  async list(
    options: AbortOptions & { from?: number; limit?: number; newestFirst?: boolean } = {},
  ): Promise<AuditEntry[]> {
    const { limit = 100, newestFirst = false, signal } = options
    signal?.throwIfAborted()
    assertWithin(limit, 1, 1000)
    const { length } = this.#entries
    const from = options.from ?? (newestFirst ? Math.max(length - 1, 0) : 0)
    assertWithin(from, 0, Number.MAX_SAFE_INTEGER)
    const entries = newestFirst
      ? this.#entries.slice(Math.max(0, from + 1 - limit), from + 1).reverse()
      : this.#entries.slice(from, from + limit)
    return structuredClone(entries)
  }

  async head(options: AbortOptions = {}) {
    options.signal?.throwIfAborted()
    const unsigned = {
      nodeId: this.#identity.did,
      treeSize: this.#entries.length,
      rootHash: base64url.encode(await treeHash(this.#leaves())),
      timestamp: new Date().toISOString(),
    }
    const signature = await this.#identity.sign(utf8.encode(canonicalJson(unsigned)))
    return { ...unsigned, signature: base64url.encode(signature) }
  }

  async proveInclusion(index: number, treeSize: number, options: AbortOptions = {}): Promise<string[]> {
    options.signal?.throwIfAborted()
    assertWithin(treeSize, 1, this.#entries.length)
    assertWithin(index, 0, treeSize - 1)
    return texts(await path(index, this.#leaves().slice(0, treeSize)))
  }

  async proveConsistency(from: number, to: number, options: AbortOptions = {}): Promise<string[]> {
    options.signal?.throwIfAborted()
    assertWithin(to, 1, this.#entries.length)
    assertWithin(from, 1, to)
    return texts(await subproof(from, this.#leaves().slice(0, to), true))
  }

  async stop(): Promise<void> {
    this.#isStopped = true
  }

  #leaves(): Uint8Array[] {
    return this.#entries.map(entry => utf8.encode(canonicalJson(entry)))
  }

  #check({ signal }: AbortOptions): void {
    signal?.throwIfAborted()
    if (!this.#isStopped) return
    throw new LumosError('storage-failed', 'The audit log was stopped.', { retryable: false })
  }
}

function assertWithin(value: number, min: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return
  throw new LumosError('invalid-request', `Expected a whole number from ${min} to ${max}.`)
}

function texts(hashes: Uint8Array[]): string[] {
  return hashes.map(hash => base64url.encode(hash))
}

/** MTH of RFC 6962 section 2.1. */
export async function treeHash(leaves: readonly Uint8Array[]): Promise<Uint8Array> {
  const [only] = leaves
  if (only === undefined) return sha256()
  if (leaves.length === 1) return sha256(Uint8Array.of(0), only)
  const split = splitPoint(leaves.length)
  const [left, right] = [await treeHash(leaves.slice(0, split)), await treeHash(leaves.slice(split))]
  return sha256(Uint8Array.of(1), left, right)
}

/** PATH of RFC 6962 section 2.1.1. */
async function path(index: number, leaves: readonly Uint8Array[]): Promise<Uint8Array[]> {
  if (leaves.length === 1) return []
  const split = splitPoint(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...(await path(index, left)), await treeHash(right)]
    : [...(await path(index - split, right)), await treeHash(left)]
}

/** SUBPROOF of RFC 6962 section 2.1.2. */
async function subproof(
  from: number,
  leaves: readonly Uint8Array[],
  isWhole: boolean,
): Promise<Uint8Array[]> {
  if (from === leaves.length) return isWhole ? [] : [await treeHash(leaves)]
  const split = splitPoint(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return from <= split
    ? [...(await subproof(from, left, isWhole)), await treeHash(right)]
    : [...(await subproof(from - split, right, false)), await treeHash(left)]
}

function splitPoint(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1))
}

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  const bytes = await new Blob(parts as BlobPart[]).arrayBuffer()
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}
