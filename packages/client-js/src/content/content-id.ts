import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { type ContentId, LumosError } from '../contracts/index.ts'

/** Codecs of the multicodec table: what the bytes are. */
export const blockCodecs = { raw: 0x55, 'dag-pb': 0x70 } as const
export type BlockCodec = keyof typeof blockCodecs

const sha256Code = 0x12

/** Names `bytes` by their SHA-256. */
export async function contentIdOf(bytes: Uint8Array, codec: BlockCodec): Promise<ContentId> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
  return toContentId(CID.createV1(blockCodecs[codec], Digest.create(sha256Code, hash)))
}

export function toContentId(cid: CID): ContentId {
  return cid.toString() as ContentId
}

/** Whether the text is a CIDv1 of SHA-256 in its one spelling, and so also safe as a file name. */
export function isContentId(text: unknown): text is ContentId {
  if (typeof text !== 'string' || text.length !== 59) return false
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}

/** @throws {LumosError} `invalid-request` when the text is no {@link ContentId} */
export function parseContentId(text: string): CID {
  try {
    return parse(text)
  } catch (cause) {
    throw new LumosError('invalid-request', 'This is no CIDv1 of SHA-256 in base32', { cause })
  }
}

export function codecOf(cid: ContentId): BlockCodec {
  return parseContentId(cid).code === blockCodecs.raw ? 'raw' : 'dag-pb'
}

/** Whether `bytes` are what `cid` names. */
export async function matchesContentId(cid: ContentId, bytes: Uint8Array): Promise<boolean> {
  return (await contentIdOf(bytes, codecOf(cid))) === cid
}

function parse(text: string): CID {
  const cid = CID.parse(text)
  const isKnown = Object.values<number>(blockCodecs).includes(cid.code)
  const isOurs = cid.version === 1 && isKnown && cid.multihash.code === sha256Code
  if (!isOurs || cid.multihash.digest.length !== 32 || cid.toString() !== text) {
    throw new TypeError('another kind of CID')
  }
  return cid
}
