import {
  type AbortOptions,
  type Did,
  type KeyDirectory,
  LumosError,
  type PrincipalDid,
} from '../contracts/index.ts'
import { isDid, publicKeyFromDid } from '../core/index.ts'

/** A KeyDirectory that knows what a test tells it. */
export class MemoryKeyDirectory implements KeyDirectory {
  readonly #keys = new Map<PrincipalDid, readonly Did[]>()

  /** From now on `keys`, and no others, speak for `principal`; without any it is unknown. */
  set(principal: PrincipalDid, keys: readonly Did[]): void {
    if (keys.length === 0) this.#keys.delete(principal)
    else this.#keys.set(principal, [...keys])
  }

  async keysOf(principal: PrincipalDid, options?: AbortOptions): Promise<readonly Did[]> {
    options?.signal?.throwIfAborted()
    if (isDid(principal)) {
      publicKeyFromDid(principal)
      return [principal]
    }
    if (!/^did:(web|lumos):[^#/?]+$/.test(principal)) {
      throw new LumosError('invalid-request', 'Not a did:key, did:web or did:lumos.')
    }
    const keys = this.#keys.get(principal)
    if (keys === undefined)
      throw new LumosError('identity-unavailable', 'The keys of this DID are not known.')
    return keys
  }
}
