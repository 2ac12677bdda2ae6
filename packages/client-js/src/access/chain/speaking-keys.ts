import { type Did, type KeyDirectory, LumosError, type PrincipalDid } from '../../contracts/index.ts'
import { isDid } from '../../core/index.ts'

/**
 * Which keys speak for whom, asked at most once each during one decision. A principal whose keys cannot be learned
 * has none here, and is remembered, so that a stranger's unreachable document refuses nobody else.
 */
export class SpeakingKeys {
  readonly #directory: KeyDirectory
  readonly #known = new Map<PrincipalDid, readonly Did[]>()
  readonly #signal: AbortSignal | undefined
  /** Whose keys could not be learned, and why. */
  readonly failures = new Map<PrincipalDid, LumosError>()

  constructor(directory: KeyDirectory, signal?: AbortSignal) {
    this.#directory = directory
    this.#signal = signal
  }

  /** Whether `key` is the principal, or one of its keys now. */
  speaksFor(key: PrincipalDid, principal: PrincipalDid): boolean | Promise<boolean> {
    if (key === principal) return true
    // A did:key speaks for itself only, and only keys speak.
    if (isDid(principal) || !isDid(key)) return false
    const known = this.#known.get(principal)
    if (known !== undefined) return known.includes(key)
    return this.#ask(principal).then(keys => keys.includes(key))
  }

  /** The keys of a principal now: of a did:key, itself. */
  keysOf(principal: PrincipalDid): readonly Did[] | Promise<readonly Did[]> {
    if (isDid(principal)) return [principal]
    return this.#known.get(principal) ?? this.#ask(principal)
  }

  async #ask(principal: PrincipalDid): Promise<readonly Did[]> {
    let keys: readonly Did[] = []
    try {
      keys = await this.#directory.keysOf(principal, { signal: this.#signal })
    } catch (cause) {
      this.#signal?.throwIfAborted()
      const message = `The keys of ${principal} are not known now.`
      this.failures.set(principal, new LumosError('identity-unavailable', message, { cause }))
    }
    this.#known.set(principal, keys)
    return keys
  }
}
