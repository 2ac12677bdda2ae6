import { randomBytes } from '#platform'
import { type Did, type Identity, LumosError } from '../../contracts/index.ts'
import { base64url, utf8 } from '../../core/index.ts'
import { openBox, sealBox } from '../sealing/sealed-box.ts'
import { bytesIn, decodeToken, encodeToken } from '../sealing/token.ts'
import { type GuardianKey, guardianAgreementKey, readGuardianKey } from './guardian-key.ts'
import { recoveryIdentityOf } from './recovery-key.ts'
import { decodeShare, encodeShare, maxShares, type RecoveryShare } from './recovery-share.ts'
import { entropyOfWords, wordsOfEntropy } from './recovery-words.ts'
import type { WordLanguage } from './word-lists.ts'

const kind = { name: 'lumos-sealed-share/1', maxBytes: 4096 }

export interface SplitOptions {
  /** How many shares bring the secret back, 2 to the number of guardians. */
  threshold: number
  /** Guardians' keys, as `createGuardianKey` made them: 2 to 16 different people. */
  guardians: readonly string[]
}

/** A share that one guardian can open. The text may lie anywhere: with them, or with the person. */
export interface SealedShare {
  guardian: Did
  text: string
}

/**
 * Splits the secret of 24 words so that any `threshold` guardians can bring it back together, and fewer learn nothing.
 *
 * @throws {LumosError} `invalid-request` for words, numbers or guardians that do not do; `invalid-proof` for a forged key
 */
export async function splitRecovery(words: string, options: SplitOptions): Promise<SealedShare[]> {
  const guardians = await Promise.all(options.guardians.map(readGuardianKey))
  const { threshold } = options
  const count = guardians.length
  if (count > maxShares || !Number.isInteger(threshold) || threshold < 2 || threshold > count) {
    throw new LumosError(
      'invalid-request',
      `Choose 2 to ${maxShares} guardians, and how many of them it takes.`,
    )
  }
  if (new Set(guardians.map(({ did }) => did)).size < count) {
    throw new LumosError('invalid-request', 'A guardian is named twice: each holds one share.')
  }
  const entropy = await entropyOfWords(words)
  const { split } = await import('shamir-secret-sharing')
  const parts = await split(new Uint8Array(entropy), count, threshold)
  const recovery = await recoveryIdentityOf(entropy)
  const set = base64url.encode(randomBytes(16))
  return Promise.all(
    guardians.map(async (guardian, index) => {
      const share = parts[index] as Uint8Array
      const whole = { secret: recovery.did, set, threshold, count, index: index + 1, share }
      return sealFor(guardian, await encodeShare(whole, recovery))
    }),
  )
}

/**
 * What a guardian does when asked: opens their share and seals it for who is recovering. Only for somebody whose voice
 * or face they know: the share is all that stands between a liar and the identity.
 *
 * @param recipient - `createGuardianKey` of the identity that recovers
 * @throws {LumosError} `invalid-request`; `invalid-proof` for a share of another guardian
 */
export async function passShareOn(
  sealed: string,
  guardian: Identity,
  recipient: string,
): Promise<SealedShare> {
  const to = await readGuardianKey(recipient)
  return sealFor(to, await openShare(sealed, guardian))
}

/** @throws {LumosError} `invalid-request`; `invalid-proof` when it was sealed for another identity, or forged */
export async function openShare(sealed: string, identity: Identity): Promise<string> {
  const { guardian, box } = decodeToken(kind, sealed)
  const bytes = bytesIn(kind, box)
  if (guardian !== identity.did) throw new LumosError('invalid-proof', 'This share is for another guardian.')
  const agreementKey = await guardianAgreementKey(identity)
  const text = utf8.decode(await openBox(bytes, agreementKey, kind.name))
  await decodeShare(text)
  return text
}

/**
 * The 24 words again, from enough opened shares of one secret. A wrong, forged or mixed share is refused by name.
 *
 * @throws {LumosError} `invalid-request`, with `details.have` and `details.need` when there are too few;
 *   `invalid-proof`, with `details.position` from 1
 */
export async function combineShares(
  texts: readonly string[],
  options: { language?: WordLanguage } = {},
): Promise<string> {
  const shares = await readShares(texts)
  const [first] = shares
  const need = first?.threshold ?? 2
  if (first === undefined || shares.length < need) {
    throw new LumosError('invalid-request', `${need} shares are needed, and ${shares.length} are here.`, {
      details: { have: shares.length, need },
    })
  }
  const { combine } = await import('shamir-secret-sharing')
  const entropy = await combine(shares.slice(0, need).map(({ share }) => share))
  const { did } = await recoveryIdentityOf(entropy.slice())
  if (did !== first.secret)
    throw new LumosError('invalid-proof', 'The shares do not give the secret they name.')
  try {
    return await wordsOfEntropy(entropy, options.language)
  } finally {
    entropy.fill(0)
  }
}

/** Each share once, all of one splitting. */
async function readShares(texts: readonly string[]): Promise<RecoveryShare[]> {
  const shares = new Map<number, RecoveryShare>()
  let first: RecoveryShare | undefined
  for (const [index, text] of texts.entries()) {
    const share = await decodeShare(text).catch(error => {
      throw error instanceof LumosError ? at(index + 1, error) : error
    })
    first ??= share
    if (share.secret !== first.secret || share.set !== first.set) {
      throw at(
        index + 1,
        new LumosError('invalid-proof', 'This share belongs to another secret, or another splitting.'),
      )
    }
    shares.set(share.index, share)
  }
  return [...shares.values()]
}

function at(position: number, { code, message }: LumosError): LumosError {
  return new LumosError(code, `Share ${position}: ${message}`, { details: { position } })
}

async function sealFor({ did, agreementKey }: GuardianKey, share: string): Promise<SealedShare> {
  const box = await sealBox(utf8.encode(share), agreementKey, kind.name)
  return { guardian: did, text: encodeToken(kind, { guardian: did, box: base64url.encode(box) }) }
}
