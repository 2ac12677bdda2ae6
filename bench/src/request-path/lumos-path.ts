import type { Connection, Identity, Transport } from '@lomusai/client-js'
import { createIdentity } from '@lomusai/client-js/identity'
import { createPeerNode, libp2pTransport } from '@lomusai/client-js/p2p'
import { createEnvelope, createSystemClock } from '../../../packages/client-js/src/core/index.ts'
import { httpTransport } from '../../../packages/client-js/src/transports/http/http-transport.ts'
import { inProcessTransport } from '../../../packages/client-js/src/transports/in-process/in-process-transport.ts'
import { payload, tokenCount } from './addresses.ts'
import { startAnsweringHost } from './answering-host.ts'
import type { Path } from './path.ts'

const clock = createSystemClock()

export interface LumosPathOptions {
  name: string
  baseline: string
  address: string
  /** `list` answers 1 KiB; `run` takes and gives it, and the host keeps the outcome so that it happens once. */
  call?: 'list' | 'run'
}

export async function inProcessPath(options: LumosPathOptions): Promise<Path> {
  const identity = await createIdentity()
  return lumosPath(options, identity, inProcessTransport(await startAnsweringHost(identity)))
}

export async function httpPath(options: LumosPathOptions): Promise<Path> {
  return lumosPath(options, await createIdentity(), httpTransport())
}

export async function libp2pPath(options: LumosPathOptions): Promise<Path> {
  const identity = await createIdentity()
  const peerNode = await createPeerNode({ identity })
  return lumosPath(options, identity, libp2pTransport(peerNode), () => peerNode.stop())
}

/** Signs a request per call and has it verified at the other end. */
async function lumosPath(
  { name, baseline, address, call = 'list' }: LumosPathOptions,
  identity: Identity,
  transport: Transport,
  stop = async () => {},
): Promise<Path> {
  const connection: Connection = await transport.dial(address)
  const common = { identity, audience: connection.remoteNodeId, clock }
  return {
    name,
    baseline,
    async call() {
      const envelope =
        call === 'list'
          ? await createEnvelope({ verb: 'tool.list', params: {}, ...common })
          : await createEnvelope({
              verb: 'tool.call',
              params: { name: 'echo', arguments: payload },
              ...common,
            })
      for await (const event of connection.request(envelope)) {
        if (event.type !== 'result') throw new Error(`Unexpected ${event.type}`)
      }
    },
    async readTokens() {
      const params = { messages: [{ role: 'user', content: 'Go on.' } as const] }
      const envelope = await createEnvelope({ verb: 'model.generate', params, ...common })
      let count = 0
      for await (const _ of connection.request(envelope)) count += 1
      if (count !== tokenCount) throw new Error(`Read ${count} events`)
    },
    async [Symbol.asyncDispose]() {
      await transport.stop()
      await stop()
    },
  }
}
