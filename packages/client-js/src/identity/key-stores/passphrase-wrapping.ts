import { randomBytes } from '#platform'
import { type JsonObject, KeyUnavailableError, LumosError } from '../../contracts/index.ts'
import { base64url } from '../../core/index.ts'
import { deriveWrappingKey, type WrappingKeySource } from './wrapping-key.ts'

/** What one guess at a passphrase costs. */
export interface PassphraseCost {
  /** @default 65536, that is 64 MiB */
  memoryKiB?: number
  /** Passes over the memory. @default 3 */
  iterations?: number
}

const purpose = 'lumos-key/1 passphrase'
const minimumLength = 8
/** A file that asks for more wants to stop us, not to be opened: 1 GiB, 16 passes. */
const limits = { memoryKiB: 1024 * 1024, iterations: 16 }

/** Argon2id. @see RFC 9106; @see findings: 64 MiB, 3 passes, 0.44 s */
export function passphraseWrapping(cost: PassphraseCost = {}): WrappingKeySource {
  const { memoryKiB = 64 * 1024, iterations = 3 } = cost
  return {
    protection: 'passphrase',

    async create(_header, { passphrase = '', signal }) {
      if (passphrase.length < minimumLength) {
        throw new LumosError('invalid-request', `A passphrase has at least ${minimumLength} characters.`)
      }
      const salt = base64url.encode(randomBytes(16))
      const parameters = { kdf: 'argon2id', memoryKiB, iterations, parallelism: 1, salt }
      return { parameters, wrappingKey: await stretch(passphrase, readParameters(parameters), signal) }
    },

    async open(parameters, { passphrase, signal }) {
      if (passphrase === undefined) {
        throw new KeyUnavailableError('locked', 'The key is locked: it needs its passphrase.')
      }
      return stretch(passphrase, readParameters(parameters), signal)
    },
  }
}

interface Argon2Parameters {
  memoryKiB: number
  iterations: number
  salt: Uint8Array<ArrayBuffer>
}

async function stretch(
  passphrase: string,
  { memoryKiB, iterations, salt }: Argon2Parameters,
  signal: AbortSignal | undefined,
): Promise<CryptoKey> {
  signal?.throwIfAborted()
  // Loaded on use: apps without passphrases never pay for it.
  const { argon2id } = await import('hash-wasm')
  const secret = await argon2id({
    // The same characters typed on another keyboard may be other code points.
    password: passphrase.normalize('NFKC'),
    salt,
    memorySize: memoryKiB,
    iterations,
    parallelism: 1,
    hashLength: 32,
    outputType: 'binary',
  })
  signal?.throwIfAborted()
  return deriveWrappingKey(secret as Uint8Array<ArrayBuffer>, salt, purpose)
}

function readParameters(parameters: JsonObject): Argon2Parameters {
  const { kdf, memoryKiB, iterations, parallelism, salt, ...rest } = parameters
  const isAcceptable =
    kdf === 'argon2id' &&
    isWithin(memoryKiB, 8, limits.memoryKiB) &&
    isWithin(iterations, 1, limits.iterations) &&
    parallelism === 1 &&
    typeof salt === 'string' &&
    salt.length === 22 &&
    Object.keys(rest).length === 0
  if (!isAcceptable)
    throw new KeyUnavailableError('damaged', 'The key asks for a passphrase in an unknown way.')
  return { memoryKiB, iterations, salt: base64url.decode(salt) }
}

function isWithin(value: unknown, low: number, high: number): value is number {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high
}
