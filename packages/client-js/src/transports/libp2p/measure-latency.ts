import type { Connection, Stream } from '@libp2p/interface'
import type { Clock } from '../../contracts/index.ts'
import { raceSignal } from '../../core/index.ts'

const pingProtocol = '/ipfs/ping/1.0.0'
const pingBytes = 32

/**
 * Resolves to one round trip in milliseconds; undefined when the peer is there but does not answer pings.
 *
 * @throws whatever kept the peer from answering
 * @see libp2p ping spec
 */
export async function measureLatency(
  connection: Connection,
  clock: Clock,
  signal: AbortSignal,
): Promise<number | undefined> {
  let stream: Stream | undefined
  try {
    stream = await connection.newStream(pingProtocol, { signal, runOnLimitedConnection: true })
    const sentAt = clock.now()
    await raceSignal(echo(stream), signal)
    const latencyMs = clock.now() - sentAt
    await stream.close({ signal })
    return latencyMs
  } catch (error) {
    if (error instanceof Error && error.name === 'UnsupportedProtocolError') return undefined
    stream?.abort(error as Error)
    throw error
  }
}

/** Resolves when the peer sent as much as we did. */
function echo(stream: Stream): Promise<void> {
  return new Promise((resolve, reject) => {
    let missing = pingBytes
    stream.addEventListener('message', event => {
      missing -= event.data.byteLength
      if (missing <= 0) resolve()
    })
    stream.addEventListener('close', event => reject(event.error ?? new Error('The ping stream closed')))
    stream.send(crypto.getRandomValues(new Uint8Array(pingBytes)))
  })
}
