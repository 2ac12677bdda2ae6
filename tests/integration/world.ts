import {
  type Command,
  type Connection,
  type Credentials,
  createClient,
  type Did,
  type Identity,
  type JsonObject,
  type LumosClient,
  type Tool,
} from '@lomusai/client-js'
import { defaultPublicCommands, type NodeAccess, openNodeAccess } from '@lomusai/client-js/access'
import { createAssistant } from '@lomusai/client-js/agents'
import {
  createHost,
  createHttpHandler,
  type DescribedHost,
  MemoryStore,
  StoreThreads,
} from '@lomusai/client-js/host'
import { createIdentity } from '@lomusai/client-js/identity'
import { createPeerNode, libp2pTransport, serveLibp2p } from '@lomusai/client-js/p2p'
import { ManualClock, MemoryModelCatalog, ScriptedModel, type ScriptedTurn } from '@lomusai/client-js/testing'
import { httpTransport } from '../../packages/client-js/src/transports/http/http-transport.ts'
import {
  inProcessAddress,
  inProcessTransport,
} from '../../packages/client-js/src/transports/in-process/in-process-transport.ts'
import { NodeListener } from '../../packages/client-js/test/transports/http/node-listener.ts'

export const ways = ['in process', 'HTTP', 'libp2p over TCP', 'libp2p over WebSocket'] as const

export type Way = (typeof ways)[number]

/** A real host with a scripted model, real clients that reach it in one way, and time that stands still. */
export class World implements AsyncDisposable {
  readonly clock: ManualClock
  readonly host: DescribedHost
  readonly model: ScriptedModel
  readonly access: NodeAccess
  readonly #identity: Identity
  readonly #store: MemoryStore
  readonly #cleanUps: (() => Promise<unknown>)[] = []
  #options: Parameters<typeof createClient>[0] = {}

  private constructor(
    parts: { identity: Identity; store: MemoryStore; clock: ManualClock; access: NodeAccess },
    script: ScriptedTurn[],
  ) {
    const { identity, store, clock, access } = parts
    this.clock = clock
    this.access = access
    this.#identity = identity
    this.#store = store
    this.model = new ScriptedModel({ script })
    const models = new MemoryModelCatalog([this.model])
    const tools = createTools()
    this.host = createHost({
      identity,
      agents: [createAssistant({ models, tools })],
      tools,
      threads: new StoreThreads({ store: this.#store, clock: this.clock }),
      models,
      store: this.#store,
      clock: this.clock,
      access,
      authorizer: access.authorizer,
    })
  }

  /** @param publicCommands - what needs no permission */
  static async create(
    way: Way,
    script: ScriptedTurn[] = [],
    publicCommands: readonly Command[] = defaultPublicCommands,
  ): Promise<World> {
    const [identity, store, clock] = [await createIdentity(), new MemoryStore(), new ManualClock()]
    const access = await openNodeAccess({ identity, store, clock, publicCommands })
    const world = new World({ identity, store, clock, access }, script)
    await world.host.start()
    if (way === 'in process') world.#options = { host: world.host }
    else if (way === 'HTTP') await world.#listenHttp()
    else
      await world.#listenPeer(way === 'libp2p over TCP' ? '/ip4/127.0.0.1/tcp/0' : '/ip4/127.0.0.1/tcp/0/ws')
    return world
  }

  /** Each of several clients has connections of its own; `identity` decides whose runs it may see. */
  async client(identity?: Identity, credentials?: Credentials): Promise<LumosClient> {
    const { peers } = this.#options
    const transports = peers === undefined ? [] : [await this.#peerTransport()]
    const client = createClient({ ...this.#options, transports, clock: this.clock, identity, credentials })
    this.#cleanUps.push(() => client.stop())
    return client
  }

  /** A bare connection, to send what no client would. */
  async connect(): Promise<{ connection: Connection; ownDid: Did }> {
    const { peers, baseUrl } = this.#options
    const identity = await createIdentity()
    const peerTransport = peers && (await this.#peerTransport(identity))
    const transport = peerTransport ?? (baseUrl ? httpTransport() : inProcessTransport(this.host))
    this.#cleanUps.push(() => transport.stop())
    const connection = await transport.dial(peers?.[0] ?? baseUrl ?? inProcessAddress)
    return { connection, ownDid: identity.did }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cleanUp of this.#cleanUps.reverse()) await cleanUp()
    await this.host.stop({ graceMs: 0 })
    await this.#store.stop()
  }

  async #listenHttp(): Promise<void> {
    const listener = await NodeListener.listen(
      createHttpHandler(this.host, { describe: () => this.host.describe() }),
    )
    this.#cleanUps.push(() => listener[Symbol.asyncDispose]())
    this.#options = { baseUrl: listener.origin }
  }

  async #listenPeer(address: string): Promise<void> {
    const node = await createPeerNode({ identity: this.#identity, listen: [address] })
    await node.start()
    await serveLibp2p(node, this.host)
    this.#cleanUps.push(() => node.stop())
    this.#options = { peers: node.addresses() }
  }

  async #peerTransport(identity?: Identity) {
    const node = await createPeerNode({ identity: identity ?? (await createIdentity()) })
    await node.start()
    this.#cleanUps.push(() => node.stop())
    return libp2pTransport(node)
  }
}

/** `add` at once, `addLater` only after an `add` of the same step has run, and one that asks first. */
function createTools(): Tool[] {
  const sum = {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  }
  const added = Promise.withResolvers<void>()
  const add = ({ a, b }: JsonObject) => Number(a) + Number(b)
  return [
    {
      name: 'add',
      description: 'Adds.',
      parameters: sum,
      async execute(args) {
        added.resolve()
        return add(args)
      },
    },
    {
      name: 'addLater',
      description: 'Adds, but never first.',
      parameters: sum,
      async execute(args) {
        await added.promise
        await new Promise(resolve => setImmediate(resolve))
        return add(args)
      },
    },
    {
      name: 'erase',
      description: 'Erases everything.',
      parameters: { type: 'object' },
      requiresApproval: true,
      async execute() {
        return 'erased'
      },
    },
  ]
}

/** Holds a scripted model before its chunk `at` until `open()`; `reached` says that it stands there. */
export class Gate {
  readonly #reached = Promise.withResolvers<void>()
  readonly #opened = Promise.withResolvers<void>()
  readonly #at: number

  constructor(at: number) {
    this.#at = at
  }

  get reached(): Promise<void> {
    return this.#reached.promise
  }

  open(): void {
    this.#opened.resolve()
  }

  /** What a scripted turn takes. */
  readonly wait = async (chunk: number): Promise<void> => {
    if (chunk !== this.#at) return
    this.#reached.resolve()
    await this.#opened.promise
  }
}
