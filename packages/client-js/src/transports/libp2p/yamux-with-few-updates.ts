import type { StreamMuxerFactory } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'
import { StreamState, type YamuxStream } from '@libp2p/yamux/stream'
import { withoutUnheardEvents } from './without-unheard-events.ts'

type YamuxMuxer = ReturnType<ReturnType<ReturnType<typeof yamux>>['createStreamMuxer']>

/** Half of the window that a stream starts with. */
const updateBytes = 131_072

/**
 * Yamux that gives back the room in a stream's window once half of it is used. As it comes, it does so for every
 * message: a second write, packet and wake-up of the other end in each direction of a round trip.
 *
 * @see Yamux specification, "Flow Control", which leaves the moment to the receiver
 */
export function yamuxWithFewUpdates(): () => StreamMuxerFactory<YamuxMuxer> {
  const create = yamux()
  return () => {
    const factory = create()
    const createStreamMuxer = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = connection => withFewUpdates(createStreamMuxer(connection))
    return factory
  }
}

function withFewUpdates(muxer: YamuxMuxer): YamuxMuxer {
  const createStream = muxer.createStream.bind(muxer)
  const onRemoteStream = muxer.onRemoteStream.bind(muxer)
  muxer.createStream = async options => {
    const stream = await createStream(options)
    delayUpdates(stream as YamuxStream)
    return stream
  }
  muxer.onRemoteStream = stream => {
    delayUpdates(stream as YamuxStream)
    onRemoteStream(stream)
  }
  return muxer
}

function delayUpdates(stream: YamuxStream): void {
  withoutUnheardEvents(stream)
  const handleData = stream.handleData.bind(stream)
  const sendWindowUpdate = stream.sendWindowUpdate.bind(stream)
  let receivedBytes = 0
  stream.handleData = frame => {
    receivedBytes += frame.header.length
    handleData(frame)
  }
  stream.sendWindowUpdate = () => {
    // In its other states a stream has more to say than how much it read, or says nothing.
    const isPlain = stream.state === StreamState.Established || stream.state === StreamState.SYNSent
    if (isPlain && receivedBytes < updateBytes) return
    if (stream.state !== StreamState.Paused) receivedBytes = 0
    sendWindowUpdate()
  }
}
