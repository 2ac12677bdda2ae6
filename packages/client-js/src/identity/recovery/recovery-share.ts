import { type Did, type Identity, type JsonObject, LumosError } from '../../contracts/index.ts'
import { base64url, isDid } from '../../core/index.ts'
import { isSignedBody, signBody } from '../sealing/signed-body.ts'
import { bytesIn, decodeToken, encodeToken } from '../sealing/token.ts'

const kind = { name: 'lumos-share/1', maxBytes: 1024 }
export const maxShares = 16

/** One of `count` parts of a recovery secret, any `threshold` of which give it back. */
export interface RecoveryShare {
  /** The recovery key that the secret makes: which secret this is a share of. */
  secret: Did
  /** Which splitting of it: shares of two splittings do not fit together. 16 bytes, base64url. */
  set: string
  threshold: number
  count: number
  /** From 1. */
  index: number
  share: Uint8Array
}

/** @param recovery - the identity of the secret: its signature makes a forged share show by itself */
export async function encodeShare(share: RecoveryShare, recovery: Identity): Promise<string> {
  const body = { ...share, share: base64url.encode(share.share) }
  return encodeToken(kind, await signBody(kind.name, body, recovery))
}

/** @throws {LumosError} `invalid-request`; `invalid-proof` for a share that its secret’s key did not sign */
export async function decodeShare(text: string): Promise<RecoveryShare> {
  const token = decodeToken(kind, text)
  const share = readShare(token)
  if (!(await isSignedBody(kind.name, token, share.secret))) {
    throw new LumosError('invalid-proof', 'This share was changed or forged: ask its guardian for it again.')
  }
  return share
}

function readShare(token: JsonObject): RecoveryShare {
  const { secret, set, threshold, count, index, share, signature: _, ...rest } = token
  const isShare =
    typeof secret === 'string' &&
    isDid(secret) &&
    typeof set === 'string' &&
    isWithin(count, 2, maxShares) &&
    isWithin(threshold, 2, count) &&
    isWithin(index, 1, count) &&
    Object.keys(rest).length === 0
  if (!isShare) throw new LumosError('invalid-request', 'This is no share of a recovery secret.')
  bytesIn(kind, set, 16)
  return { secret, set, threshold, count, index, share: bytesIn(kind, share, 33) }
}

function isWithin(value: unknown, low: number, high: number): value is number {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high
}
