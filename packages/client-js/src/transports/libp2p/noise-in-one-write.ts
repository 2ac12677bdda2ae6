import type { ConnectionEncrypter, MessageStream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { noiseCrypto } from '#libp2p-media'

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
      secureInbound: ((connection, options) =>
        secureInbound(sendingWhole(connection), options)) as typeof encrypter.secureInbound,
      secureOutbound: ((connection, options) =>
        secureOutbound(sendingWhole(connection), options)) as typeof encrypter.secureOutbound,
    })
  }
}

/** The same connection, whose `send` joins the pieces first. */
function sendingWhole(connection: MessageStream): MessageStream {
  const send = connection.send.bind(connection)
  connection.send = data => send(data.subarray())
  return connection
}
