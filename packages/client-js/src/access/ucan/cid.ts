import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import { type DelegationCid, LumosError } from '../../contracts/index.ts'

const dagCborCode = 0x71
const sha256Code = 0x12
const sha256Length = 32

/** The CIDv1 (dag-cbor, sha2-256) of a token's bytes, base32. @see UCAN 1.0, Content Identifiers */
export async function cidOf(bytes: Uint8Array): Promise<DelegationCid> {
  return CID.createV1(dagCborCode, await sha256.digest(bytes)).toString()
}

/**
 * A link to a token, as dag-cbor has it.
 *
 * @throws {LumosError} `invalid-request` unless `cid` is what {@link cidOf} gives
 */
export function linkFromCid(cid: DelegationCid): CID {
  let link: CID | undefined
  try {
    link = CID.parse(cid)
  } catch {
    link = undefined
  }
  if (link === undefined || !isTokenLink(link) || link.toString() !== cid) {
    throw new LumosError('invalid-request', `Not the CID of a token: ${cid.slice(0, 80)}`)
  }
  return link
}

/** @throws {LumosError} `invalid-request` unless `value` is a link to a token */
export function cidFromLink(value: unknown): DelegationCid {
  const link = CID.asCID(value)
  if (link === null || !isTokenLink(link)) throw new LumosError('invalid-request', 'Not a link to a token.')
  return link.toString()
}

function isTokenLink({ version, code, multihash }: CID): boolean {
  return (
    version === 1 &&
    code === dagCborCode &&
    multihash.code === sha256Code &&
    multihash.digest.length === sha256Length
  )
}
