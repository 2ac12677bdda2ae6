import {
  type AbortOptions,
  type JsonValue,
  LumosError,
  type Store,
  type StoreOperation,
} from '../../contracts/index.ts'
import { base64url, isJsonObject, utf8 } from '../../core/index.ts'

const nonceLength = 12

/**
 * Secrets in a Store. With a key they are encrypted, each bound to the name it is kept under; without one they are
 * marked as plain, so that nobody takes them for protected.
 */
export class StateVault {
  readonly #store: Store
  readonly #key: CryptoKey | undefined

  /** @param key - AES-GCM, best not extractable; absent: kept in plain */
  constructor(store: Store, key: CryptoKey | undefined) {
    this.#store = store
    this.#key = key
  }

  async put(name: string, bytes: Uint8Array, options?: AbortOptions): Promise<void> {
    await this.#store.put(name, await this.#protect(name, bytes), options)
  }

  /** In one batch: all or nothing. */
  async putAndDelete(
    put: { name: string; bytes: Uint8Array },
    deleted: readonly string[],
    options?: AbortOptions,
  ): Promise<void> {
    const { name, bytes } = put
    const operations: StoreOperation[] = deleted.map(key => ({ type: 'delete', key }))
    operations.push({ type: 'put', key: name, value: await this.#protect(name, bytes) })
    await this.#store.batch(operations, options)
  }

  /** @throws {LumosError} `storage-failed` when it was changed, or protected with another key */
  async get(name: string, options?: AbortOptions): Promise<Uint8Array | undefined> {
    const value = await this.#store.get(name, options)
    return value === undefined ? undefined : this.#reveal(name, value)
  }

  async *list(prefix: string, options?: AbortOptions): AsyncGenerator<{ name: string; bytes: Uint8Array }> {
    for await (const { key, value } of this.#store.list({ ...options, prefix })) {
      yield { name: key, bytes: await this.#reveal(key, value) }
    }
  }

  async delete(name: string, options?: AbortOptions): Promise<void> {
    await this.#store.delete(name, options)
  }

  async #protect(name: string, bytes: Uint8Array): Promise<JsonValue> {
    if (this.#key === undefined) return { protection: 'none', bytes: base64url.encode(bytes) }
    const iv = crypto.getRandomValues(new Uint8Array(nonceLength))
    const parameters = { name: 'AES-GCM', iv, additionalData: utf8.encode(name) }
    const encrypted = await crypto.subtle.encrypt(parameters, this.#key, bytes.slice())
    return {
      protection: 'aes-256-gcm',
      nonce: base64url.encode(iv),
      bytes: base64url.encode(new Uint8Array(encrypted)),
    }
  }

  async #reveal(name: string, value: JsonValue): Promise<Uint8Array> {
    try {
      if (!isJsonObject(value)) throw new TypeError('not an object')
      const bytes = base64url.decode(value.bytes as string)
      // Whoever may write the store must not be able to replace what is protected by what is not.
      if (this.#key === undefined) {
        if (value.protection !== 'none') throw new TypeError('protected, and there is no key')
        return bytes
      }
      if (value.protection !== 'aes-256-gcm') throw new TypeError('not protected')
      const iv = base64url.decode(value.nonce as string)
      const parameters = { name: 'AES-GCM', iv, additionalData: utf8.encode(name) }
      return new Uint8Array(await crypto.subtle.decrypt(parameters, this.#key, bytes))
    } catch (cause) {
      throw new LumosError('storage-failed', `What is kept as ${name} cannot be read with this key.`, {
        cause,
        retryable: false,
      })
    }
  }
}
