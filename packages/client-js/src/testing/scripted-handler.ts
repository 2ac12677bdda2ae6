import {
  type HostEvent,
  isLumosError,
  type JsonValue,
  LumosError,
  type NodeId,
  type RequestContext,
  type RequestEnvelope,
  type RequestHandler,
  type Verb,
} from '../contracts/index.ts'
import { decodeJson, defaultJsonLimits, isJsonObject } from '../core/index.ts'

/** What one verb answers: events, or a throw. */
export type ScriptedAnswer = (envelope: RequestEnvelope, context: RequestContext) => AsyncIterable<HostEvent>

/** A RequestHandler that answers by script and checks no proof: for tests of what stands in front of a host. */
export class ScriptedHandler implements RequestHandler {
  /** Everything that came through, oldest first. */
  readonly requests: { envelope: RequestEnvelope; context: RequestContext }[] = []
  /** The refusals given to bytes that are no request. */
  readonly refusals: LumosError[] = []
  readonly #answers: Partial<Record<Verb, ScriptedAnswer>>

  constructor(
    readonly nodeId: NodeId,
    answers: Partial<Record<Verb, ScriptedAnswer>>,
  ) {
    this.#answers = answers
  }

  async *handle(
    input: Uint8Array | RequestEnvelope,
    context: RequestContext,
  ): AsyncGenerator<HostEvent, void> {
    let envelope: RequestEnvelope
    try {
      envelope = input instanceof Uint8Array ? decode(input) : input
    } catch (error) {
      if (isLumosError(error)) this.refusals.push(error)
      throw error
    }
    this.requests.push({ envelope, context })
    const answer = this.#answers[envelope.verb]
    if (answer === undefined) throw new LumosError('not-found', `No script for ${envelope.verb}.`)
    yield* answer(envelope, context)
  }
}

function decode(bytes: Uint8Array): RequestEnvelope {
  const value = decodeJson(bytes, defaultJsonLimits)
  if (!isJsonObject(value) || typeof value.verb !== 'string') {
    throw new LumosError('invalid-request', 'Not an envelope.')
  }
  return value as unknown as RequestEnvelope
}

/** Answers a unary verb with `value`. */
export async function* answerResult(value: JsonValue): AsyncGenerator<HostEvent> {
  yield { id: 1, type: 'result', value }
}
