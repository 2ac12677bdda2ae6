import type {
  Connection,
  HostEvent,
  Identity,
  NodeId,
  NumberedModelEvent,
  RequestEnvelope,
  Verb,
  VerbParams,
} from '../contracts/index.ts'
import { createEnvelope, createSystemClock } from '../core/index.ts'
import { createIdentity } from '../identity/index.ts'
import { type ScriptedAnswer, ScriptedHandler } from './scripted-handler.ts'
import type { CreateTransportPair, TransportPair } from './transport-pair.ts'

/** A connected pair over scripted answers, stopped at the end of the scope. */
export class TransportFixture implements AsyncDisposable {
  readonly pair: TransportPair
  readonly handler: ScriptedHandler
  readonly #identity: Identity
  readonly #clock = createSystemClock()

  private constructor(pair: TransportPair, handler: ScriptedHandler, identity: Identity) {
    this.pair = pair
    this.handler = handler
    this.#identity = identity
  }

  static async create(
    create: CreateTransportPair,
    answers: Partial<Record<Verb, ScriptedAnswer>> = {},
  ): Promise<TransportFixture> {
    const [node, identity] = await Promise.all([createIdentity(), createIdentity()])
    const handler = new ScriptedHandler(node.did as NodeId, answers)
    return new TransportFixture(await create(handler, node), handler, identity)
  }

  dial(): Promise<Connection> {
    return this.pair.transport.dial(this.pair.address)
  }

  envelope<V extends Verb>(verb: V, params: VerbParams<V>): Promise<RequestEnvelope<V>> {
    return createEnvelope({
      verb,
      params,
      identity: this.#identity,
      audience: this.handler.nodeId,
      clock: this.#clock,
    })
  }

  /** A `model.generate` whose prompt is `text`. */
  generate(text = 'hello'): Promise<RequestEnvelope<'model.generate'>> {
    return this.envelope('model.generate', { messages: [{ role: 'user', content: text }] })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pair.transport.stop()
    await this.pair.stop()
  }
}

/** `count` events of a model's answer, the last one `finished`. */
export async function* modelEvents(
  count: number,
  text = (id: number) => `${id} `,
): AsyncGenerator<HostEvent> {
  for (let id = 1; id < count; id++) yield { id, type: 'text-delta', text: text(id) } as NumberedModelEvent
  const usage = { inputTokens: 1, outputTokens: count }
  yield { id: count, type: 'finished', finishReason: 'stop', usage }
}

export async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const event of events) all.push(event)
  return all
}

/** What `events` throw, with what came before. */
export async function collectUntilError<T>(
  events: AsyncIterable<T>,
): Promise<{ events: T[]; error: unknown }> {
  const all: T[] = []
  try {
    for await (const event of events) all.push(event)
  } catch (error) {
    return { events: all, error }
  }
  throw new Error('The events ended without an error.')
}

export function promptOf(envelope: RequestEnvelope): string {
  return (envelope as RequestEnvelope<'model.generate'>).params.messages[0]?.content ?? ''
}

/** Resolves when `signal` aborts, and rejects never: the test's own timeout ends a wait in vain. */
export function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) resolve()
    else signal?.addEventListener('abort', () => resolve(), { once: true })
  })
}
