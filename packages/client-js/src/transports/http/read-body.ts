import { LumosError } from '../../contracts/index.ts'

type Body = Pick<Request | Response, 'headers' | 'body' | 'arrayBuffer'>

/**
 * The whole body, refused as soon as it is known to be larger than `maxBytes`.
 *
 * @throws {LumosError} `too-large`
 */
export async function readBody(message: Body, maxBytes: number): Promise<Uint8Array> {
  const declared = message.headers.get('content-length')
  if (declared !== null && /^\d+$/.test(declared)) {
    if (Number(declared) > maxBytes) throw tooLarge(maxBytes)
    // HTTP itself cuts the body at the declared length, except one that was unpacked on the way.
    if (message.headers.get('content-encoding') === null) return new Uint8Array(await message.arrayBuffer())
  }
  return collect(message.body, maxBytes)
}

async function collect(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  const whole = new Uint8Array(sizeBytes)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

function tooLarge(maxBytes: number): LumosError {
  return new LumosError('too-large', `The body is larger than ${maxBytes} bytes.`, { details: { maxBytes } })
}
