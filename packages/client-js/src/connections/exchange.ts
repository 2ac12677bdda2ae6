import {
  type HostEvent,
  type IdempotencyKey,
  LumosError,
  type ResultEvent,
  type StreamVerb,
  type UnaryVerb,
  type Verb,
  type VerbEvent,
  type VerbParams,
  type VerbResult,
} from '../contracts/index.ts'
import { createUnsignedEnvelope, toLumosError } from '../core/index.ts'
import type { ConnectionsOptions } from './connections-options.ts'
import type { Lease, PlaceLink } from './place-link.ts'

export interface Attempt<V extends Verb> {
  verb: V
  params: VerbParams<V>
  /** Milliseconds since 1970, UTC. */
  deadline: number
  idempotencyKey: IdempotencyKey
  traceparent: string
  signal: AbortSignal
}

type ExchangeOptions = Pick<ConnectionsOptions, 'identity' | 'credentials' | 'clock'>

/** One attempt at one place: connects, sends, reads, and tells the link how it went. */
export class Exchange {
  readonly #options: ExchangeOptions

  constructor(options: ExchangeOptions) {
    this.#options = options
  }

  /** @throws {LumosError} why the attempt failed; an abort's reason unchanged */
  async *events<V extends StreamVerb>(
    link: PlaceLink,
    attempt: Attempt<V>,
  ): AsyncGenerator<VerbEvent<V>, void> {
    yield* this.#request(link, attempt)
  }

  /** @throws {LumosError} why the attempt failed; an abort's reason unchanged */
  async result<V extends UnaryVerb>(link: PlaceLink, attempt: Attempt<V>): Promise<VerbResult<V>> {
    for await (const event of this.#request(link, attempt)) {
      // The host that made it is the authority on the shape of its result.
      return (event as ResultEvent).value as unknown as VerbResult<V>
    }
    throw new LumosError('connection-lost', 'The answer ended before its result.')
  }

  async *#request<V extends Verb>(link: PlaceLink, attempt: Attempt<V>): AsyncGenerator<VerbEvent<V>, void> {
    const { signal } = attempt
    const lease = await link.acquire(signal)
    try {
      try {
        yield* this.#send(link, lease, attempt)
      } catch (error) {
        // Our clock is off, or the node restarted since we signed: what it refused, it has not executed.
        if (!link.learnTime(error)) throw error
        yield* this.#send(link, lease, attempt)
      }
    } catch (error) {
      signal.throwIfAborted()
      const failure = toLumosError(error, 'internal')
      if (failure.retryable) link.failed(lease, failure)
      throw failure
    }
  }

  async *#send<V extends Verb>(
    link: PlaceLink,
    { connection }: Lease,
    attempt: Attempt<V>,
  ): AsyncGenerator<VerbEvent<V>, void> {
    const { signal, deadline, ...content } = attempt
    const { identity, credentials, clock } = this.#options
    const audience = connection.remoteNodeId
    const issuer = await identity()
    const envelope = createUnsignedEnvelope({
      ...content,
      deadline: deadline + link.timeOffsetMs,
      identity: issuer,
      credentials: await credentials?.(audience),
      audience,
      clock: { now: () => clock.now() + link.timeOffsetMs },
    })
    const sentAt = clock.now()
    let latencyMs: number | undefined
    for await (const event of connection.request({ envelope, identity: issuer }, { signal })) {
      // A run's first event may wait for a model; a result is a round trip.
      if ((event as HostEvent).type === 'result') latencyMs = clock.now() - sentAt
      link.succeeded(latencyMs)
      yield event
    }
  }
}
