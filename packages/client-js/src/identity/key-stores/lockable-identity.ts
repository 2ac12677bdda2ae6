import type { SigningKey } from '#platform'
import { type Did, type KeptIdentity, type KeySecret, KeyUnavailableError } from '../../contracts/index.ts'
import { publicKeyFromDid } from '../../core/index.ts'

/** Signs while unlocked. The key is private to the object: nothing that prints or copies an object sees it. */
export class LockableIdentity implements KeptIdentity {
  readonly did: Did
  readonly publicKey: Uint8Array
  readonly #name: string
  readonly #unseal: (secret: KeySecret) => Promise<SigningKey>
  #key: SigningKey | undefined
  /** Counts locks, so that an unlock under way does not outlive one. */
  #lockCount = 0

  constructor(
    { name, did }: { name: string; did: Did },
    unseal: (secret: KeySecret) => Promise<SigningKey>,
    key?: SigningKey,
  ) {
    this.did = did
    this.publicKey = publicKeyFromDid(did)
    this.#name = name
    this.#unseal = unseal
    this.#key = key
  }

  get name(): string {
    return this.#name
  }

  get isLocked(): boolean {
    return this.#key === undefined
  }

  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
    if (this.#key !== undefined) return this.#key.sign(bytes)
    throw new KeyUnavailableError('locked', `The key "${this.#name}" is locked: unlock it to sign.`)
  }

  lock(): void {
    this.#key = undefined
    this.#lockCount += 1
  }

  async unlock(secret: KeySecret = {}): Promise<void> {
    secret.signal?.throwIfAborted()
    if (this.#key !== undefined) return
    const lockCount = this.#lockCount
    const key = await this.#unseal(secret)
    if (lockCount !== this.#lockCount) {
      throw new KeyUnavailableError(
        'locked',
        `The key "${this.#name}" was locked while it was being unlocked.`,
      )
    }
    this.#key = key
  }
}
