import type { PeerId } from '@libp2p/interface'
import { LumosError, type NodeId } from '../../contracts/index.ts'
import { didFromPublicKey } from '../../core/index.ts'

/**
 * The NodeId that a libp2p peer proved when it connected.
 *
 * @throws {LumosError} `protocol-mismatch` for keys other than Ed25519
 */
export function nodeIdFromPeerId(peerId: PeerId): NodeId {
  if (peerId.type === 'Ed25519') return didFromPublicKey(peerId.publicKey.raw)
  throw new LumosError('protocol-mismatch', `The peer ${peerId} has no Ed25519 key, so it has no DID`)
}
