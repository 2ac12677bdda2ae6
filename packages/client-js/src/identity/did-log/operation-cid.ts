import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import { canonicalJson, utf8 } from '../../core/index.ts'
import type { DidOperation, DidOperationCid, LumosDid } from './did-operation.ts'

/** Multicodec `json`. */
const jsonCodec = 0x0200
const didPattern = /^did:lumos:bagaaiera[a-z2-7]{52}$/

/** Names an operation by its content. @see spec/did-lumos.md#names */
export async function operationCid(operation: DidOperation): Promise<DidOperationCid> {
  const digest = await sha256.digest(utf8.encode(canonicalJson(operation)))
  return CID.createV1(jsonCodec, digest).toString()
}

/** The DID whose log begins with the operation of this CID. */
export function lumosDid(genesis: DidOperationCid): LumosDid {
  return `did:lumos:${genesis}` as LumosDid
}

/** Whether `value` has the form of a did:lumos. Whether there is such a log, only the log shows. */
export function isLumosDid(value: unknown): value is LumosDid {
  return typeof value === 'string' && didPattern.test(value)
}

/** What the signer of an operation signs. */
export function operationBytes(operation: Omit<DidOperation, 'signature'>): Uint8Array {
  return utf8.encode(canonicalJson(operation))
}
