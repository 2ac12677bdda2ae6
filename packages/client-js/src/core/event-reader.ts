import { type JsonValue, LumosError, type Verb, type VerbEvent } from '../contracts/index.ts'
import { eventShapes, type Shape } from './event-shape.ts'
import { isJsonObject } from './is-json-object.ts'

const lastEventTypes = ['run-finished', 'result', 'finished']

/** Whether no event of the same answer can follow. */
export function isLastEvent(event: { type: string }): boolean {
  return lastEventTypes.includes(event.type)
}

/**
 * Judges the events of one answer as they arrive from the other side: right shape, no gap, no repeat, nothing
 * after the last.
 */
export class EventReader<V extends Verb> {
  readonly #shapes: Record<string, Shape>
  #lastId: number
  #isComplete = false

  /** @param offset - the `id` of the last event seen before, 0 when none was */
  constructor(verb: V, offset = 0) {
    this.#shapes = eventShapes(verb)
    this.#lastId = offset
  }

  /** The last event of the answer was read. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  /**
   * The event, or undefined for a type that a newer node may know and we do not.
   *
   * @throws {LumosError} `malformed-frame`
   */
  read(value: JsonValue): VerbEvent<V> | undefined {
    if (!isJsonObject(value)) throw malformed('it is not an object')
    const { id, type } = value
    if (this.#isComplete) throw malformed('it follows the last one')
    if (id !== this.#lastId + 1) throw malformed(`its id is not ${this.#lastId + 1}`)
    if (typeof type !== 'string') throw malformed('it has no type')
    const shape = Object.hasOwn(this.#shapes, type) ? this.#shapes[type] : undefined
    if (shape !== undefined && !shape(value)) throw malformed(`it is not a ${type}`)
    this.#lastId++
    if (shape === undefined) return undefined
    this.#isComplete = isLastEvent(value as { type: string })
    return value as unknown as VerbEvent<V>
  }
}

function malformed(why: string): LumosError {
  return new LumosError('malformed-frame', `The node sent an event that is not acceptable: ${why}.`)
}
