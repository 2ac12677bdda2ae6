import type { Connection, HostEvent, Identity, RequestEnvelope, Transport } from '@lomusai/client-js'
import { createIdentity } from '@lomusai/client-js/identity'
import { createPeerNode, libp2pTransport } from '@lomusai/client-js/p2p'
import { createEnvelope, createSystemClock } from '../../../packages/client-js/src/core/index.ts'
import { httpTransport } from '../../../packages/client-js/src/transports/http/http-transport.ts'
import { inProcessTransport } from '../../../packages/client-js/src/transports/in-process/in-process-transport.ts'
import { payload, tokenCount } from './addresses.ts'
import { startAnsweringHost } from './answering-host.ts'
import type { MessageBytes, Path } from './path.ts'

const clock = createSystemClock()

export interface LumosPathOptions {
  name: string
  baselines: readonly string[]
  address: string
  /** `list` answers 1 KiB; `run` takes and gives it, and the host keeps the outcome so that it happens once. */
  call?: 'list' | 'run'
}

/** A path of ours, which knows what its calls weigh. */
export interface LumosPath extends Path {
  messageBytes(): Promise<MessageBytes>
}

/** A session's frames around a request, and around an event and the end of an answer, as long as ids are short. */
const frameBytes: MessageBytes = { up: 5, down: 9 }

export async function inProcessPath(options: LumosPathOptions): Promise<LumosPath> {
  const identity = await createIdentity()
  return lumosPath(options, identity, inProcessTransport(await startAnsweringHost(identity)))
}

export async function httpPath(options: LumosPathOptions): Promise<LumosPath> {
  return lumosPath(options, await createIdentity(), httpTransport())
}

export async function libp2pPath(options: LumosPathOptions): Promise<LumosPath> {
  const identity = await createIdentity()
  const peerNode = await createPeerNode({ identity })
  return lumosPath(options, identity, libp2pTransport(peerNode), () => peerNode.stop())
}

/** Signs a request per call and has it verified at the other end. */
async function lumosPath(
  { name, baselines, address, call = 'list' }: LumosPathOptions,
  identity: Identity,
  transport: Transport,
  stop = async () => {},
): Promise<LumosPath> {
  const connection: Connection = await transport.dial(address)
  const common = { identity, audience: connection.remoteNodeId, clock }
  const createRequest = () =>
    call === 'list'
      ? createEnvelope({ verb: 'tool.list', params: {}, ...common })
      : createEnvelope({ verb: 'tool.call', params: { name: 'echo', arguments: payload }, ...common })
  const read = async (envelope: RequestEnvelope) => {
    let result: HostEvent | undefined
    for await (const event of connection.request(envelope)) {
      if (event.type !== 'result') throw new Error(`Unexpected ${event.type}`)
      result = event
    }
    return result
  }
  return {
    name,
    baselines,
    async messageBytes() {
      const request = await createRequest()
      const result = await read(request)
      return {
        up: frameBytes.up + JSON.stringify(request).length,
        down: frameBytes.down + JSON.stringify(result).length,
      }
    },
    async call() {
      await read(await createRequest())
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
