import {
  type AgentRunParams,
  type ConnectionEvents,
  LumosError,
  type NumberedModelEvent,
  type Place,
  type RunId,
  type Thread,
  type ThreadId,
  type UnaryVerb,
  type VerbParams,
  type VerbResult,
} from '../contracts/index.ts'
import { type Listener, maxDeadlineMs, TypedEmitter } from '../core/index.ts'
import { askEveryPlace, type PlaceAnswer } from './ask-every-place.ts'
import { Call, type CallOptions, type CallServices } from './call.ts'
import type { ConnectionInfo, ConnectionsOptions } from './connections-options.ts'
import { ConversationLog } from './conversation-log.ts'
import { Exchange } from './exchange.ts'
import { generation } from './generation.ts'
import { isOnThisMachine, orderPlaces, type PlaceChoice } from './place-choice.ts'
import { PlaceLink, type PlaceLinkOptions } from './place-link.ts'
import { PlaceRouter } from './place-router.ts'
import { RunReader } from './run-reader.ts'
import { WaitingRoom } from './waiting-room.ts'

/** Takes requests to the places where agents run, and keeps at it until they are answered or out of time. */
export class Connections {
  readonly #options: ConnectionsOptions
  readonly #links: PlaceLink[]
  readonly #router: PlaceRouter
  readonly #room: WaitingRoom
  readonly #exchange: Exchange
  readonly #conversations = new ConversationLog()
  readonly #events = new TypedEmitter<ConnectionEvents>()
  readonly #stopping = new AbortController()
  /** Runs that went on elsewhere, to be stopped once their place is back. */
  readonly #abandoned = new Map<PlaceLink, RunId[]>()
  readonly #unwatchNetwork: () => void
  #isOffline = false

  constructor(options: ConnectionsOptions) {
    const { clock, maxWaiting = 100, place = 'auto' } = options
    this.#options = options
    this.#room = new WaitingRoom(clock, maxWaiting)
    this.#exchange = new Exchange(options)
    this.#links = orderPlaces(options.places).map(candidate => this.#createLink(candidate))
    this.#router = new PlaceRouter(this.#links, { clock, room: this.#room, choice: place })
    this.#unwatchNetwork = options.watchNetwork?.(isOnline => this.#onNetwork(isOnline)) ?? (() => {})
  }

  get place(): PlaceChoice {
    return this.#router.choice
  }

  /** Where requests go from now on; those that wait look again. */
  set place(choice: PlaceChoice) {
    this.#router.choice = choice
    this.#onChanged()
    this.#room.wake()
  }

  on<Name extends keyof ConnectionEvents>(
    name: Name,
    listener: Listener<ConnectionEvents[Name]>,
  ): () => void {
    return this.#events.on(name, listener)
  }

  list(): ConnectionInfo[] {
    return this.#links.map(({ place, connection, latencyMs }) => ({
      place,
      isOpen: connection?.isOpen ?? false,
      ...(connection && { nodeId: connection.remoteNodeId, transport: connection.kind }),
      ...(latencyMs !== undefined && { latencyMs }),
    }))
  }

  /** Resolves to the verb's result. @throws {LumosError} the refusal, or `no-place-available` */
  async call<V extends UnaryVerb>(
    verb: V,
    params: VerbParams<V>,
    options: CallOptions = {},
  ): Promise<VerbResult<V>> {
    options.signal?.throwIfAborted()
    const call = new Call(verb, params, { ...options, deadline: this.#deadline(options.deadlineMs) })
    const { value, link } = await call.run(this.#services())
    this.#learn(verb, params, value, link)
    return value
  }

  /** Asks every place, each on its own, and resolves to how each answered, in the order of preference. */
  callAll<V extends UnaryVerb>(
    verb: V,
    params: VerbParams<V>,
    options: Omit<CallOptions, 'place'> = {},
  ): Promise<PlaceAnswer<V>[]> {
    const deadline = this.#deadline(options.deadlineMs)
    const services = { ...this.#services(), links: this.#links }
    return askEveryPlace({ verb, params, deadline, signal: options.signal }, services)
  }

  /** A model's answer, without an agent. */
  generate(
    params: VerbParams<'model.generate'>,
    options: CallOptions = {},
  ): AsyncIterable<NumberedModelEvent> {
    return generation(params, { ...options, deadline: this.#deadline(options.deadlineMs) }, this.#services())
  }

  /** A reader of a run that starts when it is first read. */
  run(params: AgentRunParams, options: Omit<CallOptions, 'signal'> = {}): RunReader {
    const { deadlineMs, place } = options
    return this.#reader({ params, place, deadline: this.#deadline(deadlineMs) })
  }

  /** A reader of a run that exists, from the event after `offset`. */
  observe(run: { runId: RunId; offset?: number }, options: Omit<CallOptions, 'signal'> = {}): RunReader {
    const { deadlineMs = maxDeadlineMs - 60_000, place } = options
    return this.#reader({ ...run, place, deadline: this.#deadline(deadlineMs) })
  }

  /** Ends every request and closes every connection. Runs go on where they are. Idempotent. */
  async stop(): Promise<void> {
    this.#unwatchNetwork()
    this.#stopping.abort(
      new LumosError('no-place-available', 'The client was stopped.', { retryable: false }),
    )
    await Promise.all(this.#links.map(link => link.stop()))
    await Promise.all(this.#options.transports.map(transport => transport.stop()))
  }

  #services(): CallServices {
    const { clock } = this.#options
    return { router: this.#router, exchange: this.#exchange, clock, stopping: this.#stopping.signal }
  }

  #deadline(timeoutMs = this.#options.timeoutMs ?? 120_000): number {
    return this.#options.clock.now() + timeoutMs
  }

  #reader(options: Omit<ConstructorParameters<typeof RunReader>[0], 'resumeTimeoutMs'>): RunReader {
    const { resumeTimeoutMs = 10_000 } = this.#options
    return new RunReader(
      { ...options, resumeTimeoutMs },
      {
        ...this.#services(),
        conversations: this.#conversations,
        onMoved: ({ from, to, runId, cause }) => {
          if (runId !== undefined) this.#abandoned.set(from, [...(this.#abandoned.get(from) ?? []), runId])
          this.#events.emit('place-changed', { from: from.place, to: to.place, ...(cause && { cause }) })
        },
      },
    )
  }

  #createLink(place: Place): PlaceLink {
    const { clock, random, transports, backoff, dialTimeoutMs = 10_000 } = this.#options
    const transport = transports.find(candidate => candidate.canDial(place.address))
    if (transport === undefined) {
      throw new LumosError('unsupported', `No transport dials ${place.address}: add one to \`transports\`.`)
    }
    const options: PlaceLinkOptions = {
      clock,
      random,
      backoff,
      dialTimeoutMs,
      onOpened: (link, connection) => {
        const { remoteNodeId: nodeId, kind } = connection
        this.#events.emit('connection-opened', { place, nodeId, transport: kind })
        this.#stopAbandoned(link)
      },
      onClosed: (_, { remoteNodeId: nodeId }, cause) =>
        this.#events.emit('connection-closed', { place, nodeId, ...(cause && { cause }) }),
      onChanged: () => this.#onChanged(),
    }
    return new PlaceLink(place, transport, options)
  }

  #onChanged(): void {
    const candidates = this.#router.candidates()
    const isOffline = candidates.length > 0 && candidates.every(link => link.isDown)
    if (this.#links.some(link => !link.isDown)) this.#room.wake()
    if (isOffline === this.#isOffline) return
    this.#isOffline = isOffline
    this.#events.emit(isOffline ? 'client-offline' : 'client-online', {})
  }

  #onNetwork(isOnline: boolean): void {
    const remote = this.#links.filter(link => !isOnThisMachine(link.place))
    if (!isOnline) {
      // A failed close leaves nothing to do: the connection is forgotten already.
      for (const link of remote) link.sever().catch(() => {})
      return
    }
    for (const link of remote) link.retryNow()
    this.#room.wake()
  }

  /** Remembers where things live and what was said, from what passes by. */
  #learn<V extends UnaryVerb>(verb: V, params: VerbParams<V>, value: VerbResult<V>, link: PlaceLink): void {
    if (verb === 'thread.list') this.#learnUsage((value as VerbResult<'thread.list'>).threads)
    const { threadId } = { ...params, ...value } as { threadId?: ThreadId }
    if (threadId === undefined) return
    if (verb.startsWith('thread.')) this.#learnUsage([value as Thread])
    if (verb !== 'thread.delete') this.#router.placed(link, { threadId })
    if (verb === 'thread.delete' || verb === 'message.list') this.#conversations.delete(threadId)
    if (verb === 'message.list') {
      this.#conversations.add(threadId, (value as VerbResult<'message.list'>).messages)
    }
    if (verb === 'message.add') {
      this.#conversations.add(threadId, (params as VerbParams<'message.add'>).messages)
    }
  }

  #learnUsage(threads: readonly Partial<Thread>[]): void {
    for (const { threadId, usage } of threads) {
      if (threadId !== undefined && usage !== undefined) this.#conversations.bind(threadId, usage)
    }
  }

  /** A run that started again elsewhere should not go on here too. */
  #stopAbandoned(link: PlaceLink): void {
    const runIds = this.#abandoned.get(link) ?? []
    this.#abandoned.delete(link)
    for (const runId of runIds) {
      // It may have ended by itself, or its place may be gone again; the deadline ends it then.
      this.call('run.stop', { runId }).catch(() => {})
    }
  }
}
