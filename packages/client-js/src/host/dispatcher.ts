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
import type { Answer } from './answer-events.ts'
import { placeOf } from './data-use.ts'
import type { Admission } from './gate.ts'
import type { IdempotencyLedger } from './idempotency-ledger.ts'
import type { StreamVerbDefinition, UnaryVerbDefinition, VerbCall, VerbServices } from './verb-definition.ts'
import { verbTable } from './verb-table.ts'
import { WorkSignal } from './work-signal.ts'

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
  answer(
    { envelope, authorization }: Admission,
    context: RequestContext,
    shutdown: AbortSignal,
  ): Answer | Promise<Answer> {
    const definition = verbTable[envelope.verb]
    const call = {
      issuer: envelope.issuer,
      subject: authorization.subject,
      delegations: authorization.delegations,
      params: envelope.params,
      envelope,
      place: placeOf(context.transport),
      services: this.#options.services,
      offset: context.lastEventId ?? 0,
      stableId: '',
      isRepeat: false,
    }
    if (definition.kind === 'stream') {
      return this.#stream(definition as StreamVerbDefinition<StreamVerb>, call, context.signal, shutdown)
    }
    const work = this.#unary(definition as UnaryVerbDefinition<UnaryVerb>, call, shutdown)
    if (!(work instanceof Promise)) return resultEvent(work)
    this.#track(work)
    // A caller who leaves does not undo a mutation: the work goes on, and a repeat finds its result.
    return raceSignal(work, context.signal).then(resultEvent)
  }

  #unary(
    definition: UnaryVerbDefinition<UnaryVerb>,
    call: Omit<VerbCall<Verb>, 'signal'>,
    shutdown: AbortSignal,
  ): JsonValue | Promise<JsonValue> {
    const { issuer, envelope } = call
    const work = new WorkSignal({ clock: this.#options.clock, deadline: envelope.deadline, shutdown })
    const execute = (stableId: string, isRepeat: boolean) =>
      definition.execute({
        ...call,
        stableId,
        isRepeat,
        get signal() {
          return work.signal
        },
      } as VerbCall<UnaryVerb>) as JsonValue | Promise<JsonValue>
    if (definition.effect === 'read') return untilDone(() => execute('', false), work)
    const isRepeatable = definition.effect === 'repeatable'
    const intention = { issuer, key: envelope.idempotencyKey, verb: envelope.verb }
    return this.#options.ledger
      .once(intention, { isRepeatable }, async (...named) => execute(...named))
      .finally(() => work[Symbol.dispose]())
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

function resultEvent(value: JsonValue): HostEvent {
  return { id: 1, type: 'result', value }
}

/** What `execute` gives, unless the work's signal aborts first; at once where it gives it at once. */
function untilDone(
  execute: () => JsonValue | Promise<JsonValue>,
  work: WorkSignal,
): JsonValue | Promise<JsonValue> {
  let isPending = false
  try {
    const value = execute()
    isPending = isThenable(value)
    if (!isThenable(value)) return value
    return raceSignal(value, work.signal).finally(() => work[Symbol.dispose]())
  } finally {
    if (!isPending) work[Symbol.dispose]()
  }
}

/** Stores and catalogs may come with promises of their own. */
function isThenable(value: JsonValue | PromiseLike<JsonValue>): value is PromiseLike<JsonValue> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
