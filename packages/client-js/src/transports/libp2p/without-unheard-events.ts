import type { MessageStream } from '@libp2p/interface'

/** What libp2p's streams dispatch their events without details with. */
interface Dispatcher {
  safeDispatchEvent?: (type: 'idle', detail?: object) => boolean
  listenerCount(type: string): number
}

/**
 * The same stream, which makes no event that nobody listens to. As it comes, each layer of a connection says "idle" after
 * each message it sent: three events, some 10 µs, for nobody.
 */
export function withoutUnheardEvents<Given extends MessageStream>(stream: Given): Given {
  const dispatcher = stream as unknown as Dispatcher
  const dispatch = dispatcher.safeDispatchEvent?.bind(stream)
  if (dispatch === undefined) return stream
  dispatcher.safeDispatchEvent = (type, detail) =>
    dispatcher.listenerCount(type) === 0 || dispatch(type, detail)
  return stream
}
