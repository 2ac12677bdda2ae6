import { createHmac, randomBytes } from 'node:crypto'
import type { PasskeyAuthenticator } from '#platform'
import { KeyUnavailableError } from '../../../src/contracts/index.ts'

/** An authenticator as the prf extension describes it: HMAC of a secret per passkey. */
export class SoftwarePasskeys implements PasskeyAuthenticator {
  readonly #secrets = new Map<string, Uint8Array>()
  /** How often somebody was asked to confirm. */
  confirmations = 0

  async create({ salt }: { salt: Uint8Array }) {
    const credentialId = new Uint8Array(randomBytes(16))
    this.#secrets.set(String(credentialId), new Uint8Array(randomBytes(32)))
    return { credentialId, secret: await this.evaluate({ credentialId, salt }) }
  }

  async evaluate({ credentialId, salt }: { credentialId: Uint8Array; salt: Uint8Array }) {
    this.confirmations += 1
    const key = this.#secrets.get(String(credentialId))
    if (key === undefined) throw new KeyUnavailableError('cancelled', 'No such passkey.')
    return new Uint8Array(createHmac('sha256', key).update(salt).digest())
  }
}
