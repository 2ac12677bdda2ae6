import type { Connection, HostEvent, Identity, Transport, UnprovenRequest } from '@lomusai/client-js'
import { createIdentity } from '@lomusai/client-js/identity'
import { createPeerNode, libp2pTransport } from '@lomusai/client-js/p2p'
import { createSystemClock, createUnsignedEnvelope } from '../../../packages/client-js/src/core/index.ts'
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

/** A session's frames around a proven request, and around an event and the end of an answer, as long as ids are short. */
const frameBytes: MessageBytes = { up: 38, down: 9 }

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

/** Has a request per call proven to the other end, as the connection does it: by a signature or a key of its session. */
async function lumosPath(
  { name, baselines, address, call = 'list' }: LumosPathOptions,
  identity: Identity,
  transport: Transport,
  stop = async () => {},
): Promise<LumosPath> {
  const connection: Connection = await transport.dial(address)
  const common = { identity, audience: connection.remoteNodeId, clock }
  const createRequest = (): UnprovenRequest => {
    const envelope =
      call === 'list'
        ? createUnsignedEnvelope({ verb: 'tool.list', params: {}, ...common })
        : createUnsignedEnvelope({
            verb: 'tool.call',
            params: { name: 'echo', arguments: payload },
            ...common,
          })
    return { envelope, identity }
  }
  const read = async (request: UnprovenRequest) => {
    let result: HostEvent | undefined
    for await (const event of connection.request(request)) {
      if (event.type !== 'result') throw new Error(`Unexpected ${event.type}`)
      result = event
    }
    return result
  }
  return {
    name,
    baselines,
    async messageBytes() {
      const request = createRequest()
      const result = await read(request)
      return {
        up: frameBytes.up + JSON.stringify(request.envelope).length,
        down: frameBytes.down + JSON.stringify(result).length,
      }
    },
    async call() {
      await read(createRequest())
    },
    async readTokens() {
      const params = { messages: [{ role: 'user', content: 'Go on.' } as const] }
      const envelope = createUnsignedEnvelope({ verb: 'model.generate', params, ...common })
      let count = 0
      for await (const _ of connection.request({ envelope, identity })) count += 1
      if (count !== tokenCount) throw new Error(`Read ${count} events`)
    },
    async [Symbol.asyncDispose]() {
      await transport.stop()
      await stop()
    },
  }
}
