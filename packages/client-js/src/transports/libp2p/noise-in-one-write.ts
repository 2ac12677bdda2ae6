import type { ConnectionEncrypter, MessageStream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { noiseCrypto } from '#libp2p-media'
import { withoutUnheardEvents } from './without-unheard-events.ts'

type CreateNoise = ReturnType<typeof noise>

/**
 * Noise whose messages reach the socket whole. As it comes, a message is a list of two to four pieces, and every
 * piece a write, a packet and a wake-up of the other end: a third of a round trip.
 */
export function noiseInOneWrite(): CreateNoise {
  const create = noise(noiseCrypto === undefined ? {} : { crypto: noiseCrypto })
  return components => {
    const encrypter = create(components)
    const secureInbound: ConnectionEncrypter['secureInbound'] = encrypter.secureInbound.bind(encrypter)
    const secureOutbound: ConnectionEncrypter['secureOutbound'] = encrypter.secureOutbound.bind(encrypter)
    return Object.assign(encrypter, {
      secureInbound: (async (connection, options) =>
        readingQuietly(
          await secureInbound(sendingWhole(connection), options),
        )) as typeof encrypter.secureInbound,
      secureOutbound: (async (connection, options) =>
        readingQuietly(
          await secureOutbound(sendingWhole(connection), options),
        )) as typeof encrypter.secureOutbound,
    })
  }
}

/** The same connection, whose `send` joins the pieces first. */
function sendingWhole(connection: MessageStream): MessageStream {
  withoutUnheardEvents(connection)
  const send = connection.send.bind(connection)
  connection.send = data => send(data.subarray())
  return connection
}

/** Of the length in front of each message. @see The Noise Protocol Framework, libp2p's wire format */
const lengthBytes = 2

interface LengthDecoder {
  lengthDecoder: (data: { byteLength: number }) => number
}

/**
 * The same connection, which looks for a next message without making an error each time: its stack trace alone costs
 * 30 µs a message.
 */
function readingQuietly<Secured extends { connection: MessageStream & { decoder?: LengthDecoder } }>(
  secured: Secured,
): Secured {
  withoutUnheardEvents(secured.connection)
  const { decoder } = secured.connection
  if (decoder?.lengthDecoder === undefined) return secured
  const { lengthDecoder } = decoder
  // Even an empty message is longer than what is here, so the decoder waits, as it does after a RangeError.
  decoder.lengthDecoder = data => (data.byteLength < lengthBytes ? 0 : lengthDecoder(data))
  return secured
}
