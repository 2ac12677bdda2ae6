import type {
  AbortOptions,
  JsonValue,
  LearnedState,
  OutcomeModel,
  OutcomeShape,
  PrincipalDid,
  Store,
  StoreOperation,
} from '../../contracts/index.ts'
import { storeKey } from '../../core/index.ts'
import type { KeptEvent, PolicyCounters, PolicyState } from './policy-state.ts'
import { decodeWeights, encodeWeights } from './weights-text.ts'

export interface PolicyStoreOptions {
  store: Store
  policy: string
  model: OutcomeModel
  shape: OutcomeShape
}

/** Keeps what a policy knows of each owner: numbers by name, below `adaptation/`. */
export class PolicyStore {
  readonly #options: PolicyStoreOptions

  constructor(options: PolicyStoreOptions) {
    this.#options = options
  }

  /** Undefined for an owner never seen, and where another shape or model had learned: nothing of that is of use. */
  async load(owner: PrincipalDid, options: AbortOptions = {}): Promise<PolicyState | undefined> {
    const { store, model, shape } = this.#options
    const counters = (await store.get(this.#key(owner, 'counters'), options)) as unknown as
      | PolicyCounters
      | undefined
    if (counters === undefined || !isOf(counters, model, shape)) return undefined
    const count = model.parameterCount(shape)
    const events: KeptEvent[] = []
    for await (const { value } of store.list({ prefix: `${this.#key(owner, 'event')}/`, ...options })) {
      events.push(value as unknown as KeptEvent)
    }
    const weights = new Map<number, Float32Array>()
    for (const version of counters.versions.filter(version => version > 0)) {
      const text = await store.get(this.#key(owner, 'weights', String(version)), options)
      weights.set(version, decodeWeights(String(text), count))
    }
    const trainer = (await store.get(this.#key(owner, 'trainer'), options)) as unknown as KeptTrainer
    const candidate = await store.get(this.#key(owner, 'candidate'), options)
    return {
      counters,
      events,
      weights,
      trainer: readTrainer(trainer, count),
      candidate: decodeWeights(String(candidate), count),
    }
  }

  /** What `change` touched, all or nothing. */
  async save(
    owner: PrincipalDid,
    state: PolicyState,
    change: PolicyChange,
    options: AbortOptions = {},
  ): Promise<void> {
    const put = (value: unknown, ...name: string[]): StoreOperation => ({
      type: 'put',
      key: this.#key(owner, ...name),
      value: value as JsonValue,
    })
    const drop = (...name: string[]): StoreOperation => ({ type: 'delete', key: this.#key(owner, ...name) })
    const events = change.events.map(event => put(withoutUndefined(event), 'event', paddedSequence(event)))
    const operations = [
      ...events,
      ...change.dropped.map(event => drop('event', paddedSequence(event))),
      put(state.counters, 'counters'),
    ]
    if (change.learned) {
      operations.push(put(keptTrainer(state.trainer), 'trainer'))
      operations.push(put(encodeWeights(state.candidate), 'candidate'))
    }
    for (const version of change.versionsAdded) {
      const weights = state.weights.get(version)
      if (weights !== undefined) operations.push(put(encodeWeights(weights), 'weights', String(version)))
    }
    operations.push(...change.versionsDropped.map(version => drop('weights', String(version))))
    await this.#options.store.batch(operations, options)
  }

  /** Deletes whatever is there, of any shape. The counters go last: until then it can be asked for again. */
  async forget(owner: PrincipalDid, options: AbortOptions = {}): Promise<void> {
    const { store, policy } = this.#options
    const keys: string[] = []
    for await (const { key } of store.list({
      prefix: `${storeKey('adaptation', owner, policy)}/`,
      ...options,
    })) {
      keys.push(key)
    }
    const counters = this.#key(owner, 'counters')
    const ordered = [...keys.filter(key => key !== counters), counters]
    await store.batch(
      ordered.map(key => ({ type: 'delete', key })),
      options,
    )
  }

  #key(owner: PrincipalDid, ...name: string[]): string {
    return storeKey('adaptation', owner, this.#options.policy, ...name)
  }
}

/** What has to be written. */
export interface PolicyChange {
  events: readonly KeptEvent[]
  dropped: readonly KeptEvent[]
  /** Trainer and candidate moved. */
  learned: boolean
  versionsAdded: readonly number[]
  versionsDropped: readonly number[]
}

interface KeptTrainer {
  weights: string
  moments: string
  steps: number
}

function keptTrainer({ weights, moments, steps }: LearnedState): KeptTrainer {
  return { weights: encodeWeights(weights), moments: encodeWeights(moments), steps }
}

function readTrainer({ weights, moments, steps }: KeptTrainer, count: number): LearnedState {
  // Moments have a length of the model's own: four bytes each, four thirds of a character a byte.
  const momentCount = Math.floor((moments.length * 3) / 16)
  return { weights: decodeWeights(weights, count), moments: decodeWeights(moments, momentCount), steps }
}

function isOf(counters: PolicyCounters, model: OutcomeModel, shape: OutcomeShape): boolean {
  const isSame = (first: readonly string[], second: readonly string[]) =>
    first.length === second.length && first.every((name, index) => name === second[index])
  return (
    counters.format === model.format &&
    isSame(counters.features, shape.features) &&
    isSame(counters.options, shape.options)
  )
}

function paddedSequence({ sequence }: KeptEvent): string {
  return String(sequence).padStart(12, '0')
}

function withoutUndefined(event: KeptEvent): JsonValue {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)) as JsonValue
}
