import { issueDelegation, type NodeAccess, openNodeAccess } from '../../src/access/index.ts'
import { createAssistant } from '../../src/agents/index.ts'
import type {
  Authorizer,
  Identity,
  RequestContext,
  RequestEnvelope,
  RequestSession,
  ThreadId,
  Verb,
  VerbParams,
} from '../../src/contracts/index.ts'
import { createEnvelope, errorFromRemote, isJsonObject } from '../../src/core/index.ts'
import { createHost, type DescribedHost } from '../../src/host/index.ts'
import { createIdentity } from '../../src/identity/index.ts'
import { MemoryStore, StoreThreads } from '../../src/stores/index.ts'
import { userMessage } from '../../src/testing/host-fixture.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { MemoryModelCatalog } from '../../src/testing/memory-model-catalog.ts'
import { ScriptedModel } from '../../src/testing/scripted-model.ts'
import { createHttpHandler } from '../../src/transports/http/create-http-handler.ts'

const issuerCount = 20
const threadId = 'thread-1' as ThreadId

const requests: [Verb, VerbParams<Verb>][] = [
  ['node.describe', {}],
  ['agent.list', {}],
  ['thread.create', { title: 'A title — 标题', metadata: { a: [1, 2.5e-3, null] } }],
  ['message.add', { threadId, messages: [userMessage('Hello 👩‍🚀')] }],
  [
    'agent.run',
    { agentId: 'assistant', messages: [userMessage('What is 23 × 19?')] } as VerbParams<'agent.run'>,
  ],
  ['run.observe', { runId: 'run-1', offset: 3 } as VerbParams<'run.observe'>],
]

/** Who owns the thread that some requests are about, and lets their issuers use it. */
interface Delegated {
  owner: Identity
  /** By issuer: a delegation of the owner's threads, as base64url. */
  tokens: Map<Identity, string>
}

/** A real host whose time stands still, with requests that it would let in, and doors to give it bytes. */
export class FuzzedHost implements AsyncDisposable {
  readonly originals: readonly RequestEnvelope[]
  readonly host: DescribedHost
  readonly delegated: Delegated
  readonly access: NodeAccess
  readonly #store: MemoryStore
  readonly clock: ManualClock
  readonly #admitted: RequestEnvelope[]

  private constructor(parts: {
    originals: RequestEnvelope[]
    delegated: Delegated
    host: DescribedHost
    access: NodeAccess
    store: MemoryStore
    clock: ManualClock
    admitted: RequestEnvelope[]
  }) {
    this.originals = parts.originals
    this.delegated = parts.delegated
    this.access = parts.access
    this.host = parts.host
    this.#store = parts.store
    this.clock = parts.clock
    this.#admitted = parts.admitted
  }

  static async create(originalCount: number): Promise<FuzzedHost> {
    const [clock, store, admitted] = [new ManualClock(), new MemoryStore(), [] as RequestEnvelope[]]
    const models = new MemoryModelCatalog([new ScriptedModel({ script: () => 'It is 437.' })])
    const identity = await createIdentity()
    // Everybody may use the node, so that what passes hangs on proofs and on other people's permissions.
    const access = await openNodeAccess({ identity, store, clock, publicCommands: ['/'] })
    const authorize: Authorizer['authorize'] = async request => {
      const authorization = await access.authorizer.authorize(request)
      admitted.push(request.envelope as RequestEnvelope)
      return authorization
    }
    const host = createHost({
      identity,
      agents: [createAssistant({ models })],
      threads: new StoreThreads({ store, clock }),
      models,
      store,
      clock,
      authorizer: { authorize },
      limits: { requestsPerSecond: 1e9, requestBurst: 1e9, maxConcurrentRuns: 1e6 },
    })
    await host.start()
    const issuers = await Promise.all(Array.from({ length: issuerCount }, () => createIdentity()))
    const delegated = await delegate(issuers)
    const originals = Array.from({ length: originalCount }, (_, index) => {
      const [verb, params] = requests[index % requests.length] as (typeof requests)[number]
      const issuer = issuers[index % issuerCount] as Identity
      const token = delegated.tokens.get(issuer) as string
      // Every other one is about what is somebody else's.
      const credentials = index % 2 === 0 ? {} : { subject: delegated.owner.did, delegations: [token] }
      return createEnvelope({ verb, params, identity: issuer, audience: host.nodeId, clock, credentials })
    })
    const parts = { host, access, delegated, store, clock, admitted }
    return new FuzzedHost({ ...parts, originals: await Promise.all(originals) })
  }

  /** Gives the host bytes as libp2p does. */
  async judgeBytes(bytes: Uint8Array): Promise<RequestEnvelope> {
    const leaving = new AbortController()
    const context: RequestContext = { transport: 'libp2p', signal: leaving.signal }
    return this.#admission(async () => {
      for await (const _ of this.host.handle(bytes, context)) break
      leaving.abort()
    })
  }

  /** Gives the host's session bytes as libp2p does. */
  async judgeProven(session: RequestSession, counter: number, payload: Uint8Array): Promise<RequestEnvelope> {
    return this.#admission(async () => {
      for await (const _ of session.handle(counter, payload, {})) break
    })
  }

  /** Gives the host bytes as HTTP does. */
  async judgeHttp(bytes: Uint8Array): Promise<RequestEnvelope> {
    const answer = createHttpHandler(this.host, { clock: this.clock })
    const [, verb] = /"verb":"([a-z.]+)"/.exec(Buffer.from(bytes).toString('latin1')) ?? []
    const request = new Request(`http://node.test/api/${verb ?? 'node.describe'}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array(bytes),
    })
    return this.#admission(async () => {
      const response = await answer(request)
      if (!response.ok) throw errorFromRemote((await response.json()) as never)
      await response.body?.cancel()
    })
  }

  /** How many conversations `thread.create` made: only admitted requests may change what is stored. */
  async createdThreadCount(): Promise<number> {
    let count = 0
    for await (const { value } of this.#store.list({ prefix: 'thread/' }))
      if (isJsonObject(value) && value.title) count++
    return count
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.stop({ graceMs: 0 })
    await this.#store.stop()
  }

  /** What the host let in during `ask`; it may still have refused it for its meaning. */
  async #admission(ask: () => Promise<void>): Promise<RequestEnvelope> {
    this.#admitted.length = 0
    try {
      await ask()
    } catch (error) {
      const [envelope] = this.#admitted
      if (envelope === undefined || isInternal(error)) throw error
    }
    const [envelope] = this.#admitted
    if (envelope === undefined) throw new Error('The host answered a request that it never let in.')
    return envelope
  }
}

async function delegate(issuers: Identity[]): Promise<Delegated> {
  const owner = await createIdentity()
  const tokens = new Map<Identity, string>()
  for (const issuer of issuers) {
    const fields = { audience: issuer.did, subject: owner.did, command: '/', expiresAt: null } as const
    tokens.set(issuer, (await issueDelegation(owner, fields)).token)
  }
  return { owner, tokens }
}

function isInternal(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'internal'
}
