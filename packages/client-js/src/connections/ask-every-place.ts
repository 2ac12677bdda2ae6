import type {
  AbortOptions,
  Clock,
  IdempotencyKey,
  LumosError,
  Place,
  UnaryVerb,
  VerbParams,
  VerbResult,
} from '../contracts/index.ts'
import { createId, createTraceparent, deadlineSignal, linkedAbort, toLumosError } from '../core/index.ts'
import type { Exchange } from './exchange.ts'
import type { PlaceLink } from './place-link.ts'

/** How one place answered. */
export type PlaceAnswer<V extends UnaryVerb> =
  | { place: Place; value: VerbResult<V>; error?: undefined }
  | { place: Place; value?: undefined; error: LumosError }

export interface EveryPlaceQuestion<V extends UnaryVerb> extends AbortOptions {
  verb: V
  params: VerbParams<V>
  /** Milliseconds since 1970, UTC. */
  deadline: number
}

/** One attempt at each place; nobody is waited for longer than the deadline, and nobody's failure is another's. */
export async function askEveryPlace<V extends UnaryVerb>(
  question: EveryPlaceQuestion<V>,
  by: { links: readonly PlaceLink[]; exchange: Exchange; clock: Clock; stopping: AbortSignal },
): Promise<PlaceAnswer<V>[]> {
  const { verb, params, deadline } = question
  using late = deadlineSignal(by.clock, deadline)
  using abort = linkedAbort(question.signal, by.stopping, late.signal)
  const { signal } = abort
  const idempotencyKey = createId() as IdempotencyKey
  const attempt = { verb, params, deadline, idempotencyKey, traceparent: createTraceparent(), signal }
  const answers = await Promise.all(
    by.links.map(async (link): Promise<PlaceAnswer<V>> => {
      try {
        return { place: link.place, value: await by.exchange.result(link, attempt) }
      } catch (error) {
        return { place: link.place, error: toLumosError(error, 'internal') }
      }
    }),
  )
  question.signal?.throwIfAborted()
  return answers
}
