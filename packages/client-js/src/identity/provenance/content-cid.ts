import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import type { ContentCid } from '../../contracts/index.ts'
import { canonicalJson, utf8 } from '../../core/index.ts'

// Multicodec json.
const jsonCode = 0x0200

/** Names a JSON value by what it says, however it is written. @see RFC 8785 */
export async function contentCid(value: unknown): Promise<ContentCid> {
  const digest = await sha256.digest(utf8.encode(canonicalJson(value)))
  return CID.createV1(jsonCode, digest).toString()
}
