import { createClient, type LumosClient, type PeerInfo } from '@lomusai/client-js'
import { peerIdFromDid } from '@lomusai/client-js/identity'
import { createPeerNode, libp2pTransport } from '@lomusai/client-js/p2p'
import type { Signer } from './me.ts'

/** This page as a libp2p node. It dials, and cannot be dialled. */
export interface PeerPlace {
  /** The client of the first of these peers that answers. Asks nobody yet. */
  openClient(addresses: string[]): LumosClient
  /**
   * Connects to a peer. Resolves to its PeerId.
   *
   * @throws {LumosError} `dial-failed`; `protocol-mismatch`
   */
  dial(address: string, signal?: AbortSignal): Promise<string>
  /** Whom this page is connected to now. */
  peers(): PeerInfo[]
  stop(): Promise<void>
}

export async function startPeerPlace(signer: Signer): Promise<PeerPlace> {
  const node = await createPeerNode({ identity: signer.identity })
  await node.start()
  const dialer = libp2pTransport(node)
  return {
    openClient: peers =>
      createClient({ ...signer, peers, transports: [libp2pTransport(node)], place: 'peer' }),
    async dial(address, signal) {
      const connection = await dialer.dial(address, { signal })
      return peerIdFromDid(connection.remoteNodeId)
    },
    peers: () => node.list(),
    stop: () => node.stop(),
  }
}
