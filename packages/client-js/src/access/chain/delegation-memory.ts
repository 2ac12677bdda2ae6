import type { Did, Verifier } from '../../contracts/index.ts'
import { type Delegation, decodeDelegation } from '../ucan/index.ts'
import { findSigner } from './find-signer.ts'
import type { SpeakingKeys } from './speaking-keys.ts'

interface Remembered {
  delegation: Delegation
  /** Whose signature it carries. */
  signer: Did
}

/** About what a thousand long delegations take. */
const maxCharacters = 4 * 1024 * 1024

/**
 * Decodes delegations and checks their signatures, and remembers those that hold: neither ever changes. All that
 * does change (time, revocation, which keys speak for whom) is no business of this class.
 *
 * The text of a token stands for its bytes and its CID: the codec reads one text for each, so that finding it takes no
 * hash.
 */
export class DelegationMemory {
  readonly #remembered = new Map<string, Remembered>()
  readonly #verifier: Verifier
  readonly #maxSize: number
  #characters = 0

  constructor(verifier: Verifier, maxSize: number) {
    this.#verifier = verifier
    this.#maxSize = maxSize
  }

  /** @throws {LumosError} `too-large`, `malformed-frame`, `invalid-request` */
  read(token: string): Delegation | Promise<Delegation> {
    return this.#remembered.get(token)?.delegation ?? decodeDelegation(token)
  }

  /** Whether a key that speaks for the issuer now signed it. */
  async isSigned(delegation: Delegation, speakingKeys: SpeakingKeys): Promise<boolean> {
    const known = this.#remembered.get(delegation.token)?.signer
    if (known !== undefined && (await speakingKeys.speaksFor(known, delegation.issuer))) {
      this.#remember(delegation, known)
      return true
    }
    const signer = await findSigner(delegation, this.#verifier, speakingKeys)
    if (signer === undefined) return false
    this.#remember(delegation, signer)
    return true
  }

  /** Least recently used goes first: a Map keeps the order of insertion. */
  #remember(delegation: Delegation, signer: Did): void {
    this.#forget(delegation.token)
    this.#remembered.set(delegation.token, { delegation, signer })
    this.#characters += delegation.token.length
    while (this.#remembered.size > this.#maxSize || this.#characters > maxCharacters) {
      const [oldest] = this.#remembered.keys()
      this.#forget(oldest as string)
    }
  }

  #forget(token: string): void {
    if (this.#remembered.delete(token)) this.#characters -= token.length
  }
}
