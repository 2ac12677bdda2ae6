import type {
  Did,
  HostEvent,
  IdempotencyKey,
  Identity,
  Message,
  MessageId,
  RequestContext,
  RequestEnvelope,
  RequestHandler,
  RunEvent,
  UnaryVerb,
  Verb,
  VerbParams,
  VerbResult,
} from '../contracts/index.ts'
import { createEnvelope, createId, createSystemClock } from '../core/index.ts'
import { createIdentity } from '../identity/index.ts'

export interface RequestOptions {
  idempotencyKey?: string
  deadline?: number
  signal?: AbortSignal
  lastEventId?: number
}

/** Somebody who asks a host, in process, with a key of their own. */
export class Requester {
  readonly #identity: Identity
  readonly #handler: RequestHandler

  constructor(identity: Identity, handler: RequestHandler) {
    this.#identity = identity
    this.#handler = handler
  }

  static async create(handler: RequestHandler): Promise<Requester> {
    return new Requester(await createIdentity(), handler)
  }

  /** The same person, asking another host. */
  at(handler: RequestHandler): Requester {
    return new Requester(this.#identity, handler)
  }

  get did(): Did {
    return this.#identity.did
  }

  envelope<V extends Verb>(
    verb: V,
    params: VerbParams<V>,
    options: RequestOptions = {},
  ): Promise<RequestEnvelope<V>> {
    return createEnvelope({
      verb,
      params,
      identity: this.#identity,
      audience: this.#handler.nodeId,
      clock: createSystemClock(),
      ...(options.idempotencyKey !== undefined && {
        idempotencyKey: options.idempotencyKey as IdempotencyKey,
      }),
      ...(options.deadline !== undefined && { deadline: options.deadline }),
    })
  }

  async *stream<V extends Verb>(
    verb: V,
    params: VerbParams<V>,
    options: RequestOptions = {},
  ): AsyncGenerator<HostEvent> {
    const { signal, lastEventId } = options
    const context: RequestContext = {
      transport: 'in-process',
      ...(signal !== undefined && { signal }),
      ...(lastEventId !== undefined && { lastEventId }),
    }
    const envelope = await this.envelope(verb, params, options)
    yield* this.#handler.handle(envelope as RequestEnvelope, context)
  }

  async ask<V extends UnaryVerb>(
    verb: V,
    params: VerbParams<V>,
    options?: RequestOptions,
  ): Promise<VerbResult<V>> {
    for await (const event of this.stream(verb, params, options)) {
      if (event.type === 'result') return event.value as unknown as VerbResult<V>
    }
    throw new Error('The host gave no result.')
  }

  /** Every event of a new run. */
  async run(
    text: string,
    params: Partial<VerbParams<'agent.run'>> = {},
    options?: RequestOptions,
  ): Promise<RunEvent[]> {
    return collect(this.stream('agent.run', runParams(text, params), options))
  }
}

export function runParams(
  text: string,
  params: Partial<VerbParams<'agent.run'>> = {},
): VerbParams<'agent.run'> {
  const agentId = 'assistant' as VerbParams<'agent.run'>['agentId']
  return { agentId, messages: [userMessage(text)], ...params }
}

export function userMessage(text: string): Message {
  return { messageId: createId() as MessageId, role: 'ROLE_USER', parts: [{ text }] }
}

export async function collect(events: AsyncIterable<HostEvent>): Promise<RunEvent[]> {
  const collected: RunEvent[] = []
  for await (const event of events) collected.push(event as RunEvent)
  return collected
}
