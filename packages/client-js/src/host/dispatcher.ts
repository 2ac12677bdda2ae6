import type {
  Clock,
  HostEvent,
  JsonValue,
  RequestContext,
  StreamVerb,
  UnaryVerb,
  Verb,
} from '../contracts/index.ts'
import { deadlineSignal, linkedAbort, raceSignal } from '../core/index.ts'
import type { Admission } from './gate.ts'
import type { IdempotencyLedger } from './idempotency-ledger.ts'
import type { StreamVerbDefinition, UnaryVerbDefinition, VerbCall, VerbServices } from './verb-definition.ts'
import { verbTable } from './verb-table.ts'

export interface DispatcherOptions {
  services: VerbServices
  ledger: IdempotencyLedger
  clock: Clock
}

/** Answers admitted requests by the verb table. */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  /** Settles when what is under way now is done; never rejects. Views of runs do not count. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }

  /** @param shutdown - aborts when the node stops */
  async *answer(
    { envelope, authorization }: Admission,
    context: RequestContext,
    shutdown: AbortSignal,
  ): AsyncGenerator<HostEvent> {
    const definition = verbTable[envelope.verb]
    const call = {
      issuer: envelope.issuer,
      subject: authorization.subject,
      params: envelope.params,
      envelope,
      services: this.#options.services,
      offset: context.lastEventId ?? 0,
      stableId: '',
      isRepeat: false,
    }
    if (definition.kind === 'stream') {
      yield* this.#stream(definition as StreamVerbDefinition<StreamVerb>, call, context.signal, shutdown)
      return
    }
    const work = this.#unary(definition as UnaryVerbDefinition<UnaryVerb>, call, shutdown)
    this.#track(work)
    // A caller who leaves does not undo a mutation: the work goes on, and a repeat finds its result.
    yield { id: 1, type: 'result', value: await raceSignal(work, context.signal) }
  }

  async #unary(
    definition: UnaryVerbDefinition<UnaryVerb>,
    call: Omit<VerbCall<Verb>, 'signal'>,
    shutdown: AbortSignal,
  ): Promise<JsonValue> {
    const { issuer, envelope } = call
    using deadline = deadlineSignal(this.#options.clock, envelope.deadline)
    using linked = linkedAbort(shutdown, deadline.signal)
    const execute = async (stableId: string, isRepeat: boolean) =>
      definition.execute({ ...call, signal: linked.signal, stableId, isRepeat } as VerbCall<UnaryVerb>)
    if (definition.effect === 'read') {
      return (await raceSignal(execute('', false), linked.signal)) as unknown as JsonValue
    }
    const isRepeatable = definition.effect === 'repeatable'
    const intention = { issuer, key: envelope.idempotencyKey, verb: envelope.verb }
    return this.#options.ledger.once(
      intention,
      { isRepeatable },
      execute as unknown as (stableId: string, isRepeat: boolean) => Promise<JsonValue>,
    )
  }

  async *#stream(
    definition: StreamVerbDefinition<StreamVerb>,
    call: Omit<VerbCall<Verb>, 'signal'>,
    reader: AbortSignal | undefined,
    shutdown: AbortSignal,
  ): AsyncGenerator<HostEvent> {
    const { endsAtDeadline } = definition
    using deadline = endsAtDeadline ? deadlineSignal(this.#options.clock, call.envelope.deadline) : undefined
    using linked = linkedAbort(reader, shutdown, deadline?.signal)
    const done = Promise.withResolvers<void>()
    if (endsAtDeadline) this.#track(done.promise)
    try {
      yield* definition.open({ ...call, signal: linked.signal } as VerbCall<StreamVerb>)
    } finally {
      done.resolve()
    }
  }

  #track(work: Promise<unknown>): void {
    this.#underWay.add(work)
    const forget = () => this.#underWay.delete(work)
    work.then(forget, forget)
  }
}
