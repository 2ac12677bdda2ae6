import { importPublicKey, type SignatureCheck } from '#platform'
import type { Did, Verifier } from '../contracts/index.ts'
import { publicKeyFromDid } from '../core/index.ts'

export interface VerifierOptions {
  /** How many imported public keys stay ready. @default 1024 */
  maxCachedKeys?: number
}

/** Checks Ed25519 signatures by did:key; keys used lately stay imported. */
export function createVerifier(options: VerifierOptions = {}): Verifier {
  const cache = new KeyCache(options.maxCachedKeys ?? 1024)
  return {
    verify(did, bytes, signature) {
      const cached = cache.get(did)
      if (cached !== undefined) return cached(bytes, signature)
      return importAndVerify(cache, did, bytes, signature)
    },
  }
}

async function importAndVerify(
  cache: KeyCache,
  did: Did,
  bytes: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  let check: SignatureCheck
  try {
    check = await importPublicKey(publicKeyFromDid(did))
  } catch {
    return false
  }
  const isValid = await check(bytes, signature)
  // Only keys that signed something are kept, so that strangers cannot push out the ones in use for free.
  if (isValid) cache.set(did, check)
  return isValid
}

/** Least recently used goes first: a Map keeps the order of insertion. */
class KeyCache {
  readonly #checks = new Map<Did, SignatureCheck>()
  readonly #maxSize: number

  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  get(did: Did): SignatureCheck | undefined {
    const check = this.#checks.get(did)
    if (check !== undefined) {
      this.#checks.delete(did)
      this.#checks.set(did, check)
    }
    return check
  }

  set(did: Did, check: SignatureCheck): void {
    this.#checks.set(did, check)
    if (this.#checks.size <= this.#maxSize) return
    const [oldest] = this.#checks.keys()
    this.#checks.delete(oldest as Did)
  }
}
