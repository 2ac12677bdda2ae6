import type { Stream } from '@libp2p/interface'
import type { Medium, MediumReceiver } from '../session/index.ts'

const closeGraceMs = 1000

/** A libp2p stream as the medium of a session. */
export function streamMedium(stream: Stream): Medium {
  return {
    open(receiver) {
      listen(stream, receiver)
    },
    write(chunk) {
      if (stream.writeStatus !== 'writable') return false
      try {
        stream.send(chunk)
      } catch {
        // The stream has aborted itself; its close event carries the cause.
        return false
      }
      return !stream.writableNeedsDrain
    },
    close(cause) {
      if (cause !== undefined) stream.abort(cause)
      else void closeBoth(stream)
    },
  }
}

/** Sends what is written. Then the peer has a moment to close its direction too, or the stream is reset. */
async function closeBoth(stream: Stream): Promise<void> {
  const grace = AbortSignal.timeout(closeGraceMs)
  const reset = () => stream.abort(new Error('The peer left its half of the stream open'))
  grace.addEventListener('abort', reset)
  stream.addEventListener('close', () => grace.removeEventListener('abort', reset))
  await stream.close({ signal: grace }).catch(error => stream.abort(error))
}

function listen(stream: Stream, receiver: MediumReceiver): void {
  let isClosed = false
  const close = (cause?: Error) => {
    if (isClosed) return
    isClosed = true
    receiver.onClose(cause)
  }
  stream.addEventListener('drain', () => receiver.onDrain())
  stream.addEventListener('close', event => close(event.error))
  // A session needs both directions: a half-closed stream is a closed one.
  stream.addEventListener('remoteCloseWrite', () => close())
  // Last, since it delivers what came before.
  stream.addEventListener('message', event => receiver.onChunk(event.data.subarray()))
}
