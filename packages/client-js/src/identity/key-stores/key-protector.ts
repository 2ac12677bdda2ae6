import type { KeyRecords } from '#platform'
import { type KeyProtection, type KeySecret, LumosError } from '../../contracts/index.ts'
import { assertPair, type KeyPair } from './key-pair.ts'
import type { KeyHeader, KeyRecord, SealedKey } from './key-record.ts'
import { sealKey, unsealKey } from './sealed-key.ts'
import type { WrappingKeySource } from './wrapping-key.ts'

/** Makes the private key; extractable only where it must be wrapped or written. */
export type KeyPairSource = (extractable: boolean) => Promise<KeyPair>

export interface KeyProtectorOptions {
  form: KeyRecords['form']
  /** How new keys are protected. */
  protection: KeyProtection
  wrapping: Record<SealedKey['protection'], WrappingKeySource>
}

/** Turns keys into records and back. */
export class KeyProtector {
  readonly #options: KeyProtectorOptions

  constructor(options: KeyProtectorOptions) {
    this.#options = options
  }

  /** A record of a new or imported key, and the key, ready to sign. */
  async protect(
    header: Omit<KeyHeader, 'did'>,
    source: KeyPairSource,
    secret: KeySecret,
  ): Promise<{ record: KeyRecord; pair: KeyPair }> {
    const { protection } = this.#options
    if (protection === 'passphrase' || protection === 'passkey') {
      const { record, wrappingKey } = await this.seal(header, protection, await source(true), secret)
      // Read back at once: what cannot be opened again must not be kept.
      return { record, pair: await unsealKey(record, wrappingKey, this.#signsExtractable) }
    }
    const pair = await source(this.#signsExtractable)
    return { record: { ...header, did: pair.did, protection, privateKey: pair.privateKey }, pair }
  }

  /** @param pair - extractable; nobody should keep it */
  async seal(
    header: Omit<KeyHeader, 'did'>,
    protection: SealedKey['protection'],
    { did, privateKey }: KeyPair,
    secret: KeySecret,
  ): Promise<{ record: SealedKey; wrappingKey: CryptoKey }> {
    const { label, createdAt } = header
    const whole: KeyHeader = { did, label, ...(createdAt && { createdAt }) }
    const { parameters, wrappingKey } = await this.#options.wrapping[protection].create(whole, secret)
    const keys = { privateKey, wrappingKey }
    return { record: await sealKey(whole, { protection, parameters }, keys), wrappingKey }
  }

  /** False where nobody can read the key out. */
  canExport(record: KeyRecord): boolean {
    return !('privateKey' in record)
  }

  /**
   * The key to sign with, or to seal again.
   *
   * @throws {KeyUnavailableError}; {@link LumosError} `unsupported` for a key to `seal` that nobody can read out
   */
  async reveal(record: KeyRecord, secret: KeySecret, use: 'sign' | 'seal'): Promise<KeyPair> {
    const extractable = use === 'seal' || this.#signsExtractable
    if ('ciphertext' in record) {
      const wrappingKey = await this.#options.wrapping[record.protection].open(record.parameters, secret)
      return unsealKey(record, wrappingKey, extractable)
    }
    const { did } = record
    if ('privateKey' in record) {
      if (use === 'sign') return { did, privateKey: record.privateKey }
      throw new LumosError('unsupported', 'Nobody can read this key out: make another one.')
    }
    const { pkcs8 } = record
    const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', extractable, ['sign'])
    await assertPair({ did, privateKey })
    return { did, privateKey }
  }

  /** Where keys lie as bytes, an extractable handle gives nothing away, and Node signs faster with one. */
  get #signsExtractable(): boolean {
    return this.#options.form === 'bytes'
  }
}
