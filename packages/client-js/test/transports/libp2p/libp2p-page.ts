import type { NodeId } from '../../../src/contracts/index.ts'
import { createEnvelope, createSystemClock } from '../../../src/core/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { createPeerNode, libp2pTransport } from '../../../src/transports/libp2p/index.ts'

const clock = createSystemClock()

/** What the spec calls in the page. */
const peerPage = {
  /** Asks a peer as a page's own peer, whose key no script can read, and tells what came and over what. */
  async ask(address: string, prompts: string[]) {
    const identity = await createIdentity()
    const peerNode = await createPeerNode({ identity, clock })
    const transport = libp2pTransport(peerNode)
    const connection = await transport.dial(address)
    const answers = await Promise.all(
      prompts.map(async prompt => {
        const audience: NodeId = connection.remoteNodeId
        const params = { messages: [{ role: 'user', content: prompt } as const] }
        const envelope = await createEnvelope({ verb: 'model.generate', params, identity, audience, clock })
        const texts: string[] = []
        for await (const event of connection.request(envelope)) {
          if (event.type === 'text-delta') texts.push(event.text)
        }
        return texts
      }),
    )
    const [peer] = peerNode.list()
    await transport.stop()
    await peerNode.stop()
    return { did: identity.did, remoteNodeId: connection.remoteNodeId, answers, peer }
  },

  /** The code that a dial fails with. */
  async codeOfDial(address: string) {
    const peerNode = await createPeerNode({ identity: await createIdentity(), clock })
    try {
      await libp2pTransport(peerNode).dial(address)
      return 'reached'
    } catch (error) {
      return (error as { code?: string }).code
    } finally {
      await peerNode.stop()
    }
  },
}

export type PeerPage = typeof peerPage

Object.assign(globalThis, { peerPage })
