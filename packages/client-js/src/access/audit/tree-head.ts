import {
  type Identity,
  LumosError,
  type NodeId,
  type SignedTreeHead,
  type Verifier,
} from '../../contracts/index.ts'
import { base64url, canonicalJson, isDid, utf8 } from '../../core/index.ts'
import { createVerifier } from '../../identity/index.ts'
import { hashLength } from './tree-hash.ts'

export type UnsignedTreeHead = Omit<SignedTreeHead, 'signature'>

export async function signTreeHead(head: UnsignedTreeHead, identity: Identity): Promise<SignedTreeHead> {
  const signature = await identity.sign(utf8.encode(canonicalJson(head)))
  return { ...head, signature: base64url.encode(signature) }
}

export interface VerifyTreeHeadOptions {
  /** Whose log it must be. @default the node that the head names */
  nodeId?: NodeId
  /** @default checks Ed25519 did:keys */
  verifier?: Verifier
}

/**
 * Resolves when the node that the head names signed it.
 *
 * @throws {LumosError} `invalid-proof`
 * @see spec/audit.md#tree-heads
 */
export async function verifyTreeHead(
  head: SignedTreeHead,
  options: VerifyTreeHeadOptions = {},
): Promise<void> {
  const { signature, ...unsigned } = head
  const { nodeId, treeSize, rootHash, timestamp } = unsigned
  const isShaped =
    isDid(nodeId) && Number.isSafeInteger(treeSize) && treeSize >= 0 && hashFromText(rootHash) !== undefined
  if (!isShaped || typeof timestamp !== 'string') throw invalid('The tree head is not of the right form.')
  if (options.nodeId !== undefined && options.nodeId !== nodeId) {
    throw invalid('The tree head is of another node.')
  }
  const verifier = options.verifier ?? createVerifier()
  const message = utf8.encode(canonicalJson(unsigned))
  const bytes = bytesFromText(signature)
  const isSigned = bytes !== undefined && (await verifier.verify(nodeId, message, bytes))
  if (!isSigned) throw invalid('The signature of the tree head does not verify.')
}

/** Undefined for what is not the base64url of 32 bytes. */
export function hashFromText(text: unknown): Uint8Array | undefined {
  const bytes = bytesFromText(text)
  return bytes?.length === hashLength ? bytes : undefined
}

function bytesFromText(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string') return undefined
  try {
    return base64url.decode(text)
  } catch {
    return undefined
  }
}

function invalid(message: string): LumosError {
  return new LumosError('invalid-proof', message)
}
