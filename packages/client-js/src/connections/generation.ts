import {
  type IdempotencyKey,
  isLumosError,
  type LumosError,
  type NumberedModelEvent,
  type VerbParams,
} from '../contracts/index.ts'
import { createId, createTraceparent, deadlineSignal, linkedAbort } from '../core/index.ts'
import type { CallOptions, CallServices } from './call.ts'
import { failureKind } from './failure-kind.ts'
import { noPlaceAvailable } from './no-place-available.ts'
import type { PlaceLink } from './place-link.ts'

/**
 * One answer of a model, without an agent. It is not a run: nothing keeps it when the reader leaves, so it moves to
 * another place only before its first event.
 *
 * @throws {LumosError} the refusal, why no place answered, or `connection-lost` in the middle of the answer
 */
export async function* generation(
  params: VerbParams<'model.generate'>,
  options: CallOptions & { deadline: number },
  by: CallServices,
): AsyncGenerator<NumberedModelEvent, void> {
  using deadline = deadlineSignal(by.clock, options.deadline)
  using abort = linkedAbort(options.signal, by.stopping, deadline.signal)
  const attempt = {
    verb: 'model.generate',
    params,
    deadline: options.deadline,
    traceparent: createTraceparent(),
    signal: abort.signal,
  } as const
  const excluded = new Set<PlaceLink>()
  const links = () => by.router.candidates(options.place).filter(link => !excluded.has(link))
  let failure: LumosError | undefined
  while (true) {
    const link = await by.router.pick({ links, until: options.deadline, signal: abort.signal })
    if (link === undefined) throw noPlaceAvailable(failure, links().length > 0)
    let hasStarted = false
    try {
      // A key for each attempt: two places that compute the same answer do no harm.
      const idempotencyKey = createId() as IdempotencyKey
      for await (const event of by.exchange.events(link, { ...attempt, idempotencyKey })) {
        hasStarted = true
        yield event
      }
      return
    } catch (error) {
      if (hasStarted || abort.signal.aborted || !isLumosError(error)) throw error
      const kind = failureKind(error, options.deadline - by.clock.now())
      if (kind === 'final') throw error
      if (kind === 'not-here') excluded.add(link)
      failure = error
    }
  }
}
