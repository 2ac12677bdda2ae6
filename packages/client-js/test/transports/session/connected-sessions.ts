import type { LumosError } from '../../../src/contracts/index.ts'
import { utf8 } from '../../../src/core/index.ts'
import {
  AnsweringSession,
  type AnswerRequest,
  CallingSession,
  type SessionLimits,
} from '../../../src/transports/session/index.ts'
import { createMediumPair, type MediumPairOptions } from './medium-pair.ts'

/** Two ends of a session in one process, and how each ended. */
export function connect(
  answer: AnswerRequest,
  options: { medium?: MediumPairOptions; limits?: Partial<SessionLimits> } = {},
) {
  const [near, far] = createMediumPair(options.medium)
  const limits = options.limits ?? {}
  const ends: { near?: LumosError | undefined; far?: LumosError | undefined } = {}
  const answering = new AnsweringSession(far, answer, { limits, onEnd: error => (ends.far = error) })
  const calling = new CallingSession(near, { limits, onEnd: error => (ends.near = error) })
  const call = (text: string, signal?: AbortSignal) =>
    calling.call({ encode: () => utf8.encode(text), decode: utf8.decode, signals: signal ? [signal] : [] })
  return { near, far, calling, answering, call, ends }
}

/** Answers a number with as many events. */
export async function* countTo(payload: Uint8Array) {
  const count = Number(utf8.decode(payload))
  for (let index = 1; index <= count; index += 1) yield utf8.encode(`${count}:${index}`)
}

/** What {@link countTo} answers. */
export const expected = (count: number) =>
  Array.from({ length: count }, (_, index) => `${count}:${index + 1}`)

export async function collect<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const collected: Event[] = []
  for await (const event of events) collected.push(event)
  return collected
}

/** Lets everything that is ready happen: no timers, so a few macrotasks are enough. */
export async function settle() {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(resolve => setImmediate(resolve))
}
