import { LumosError, type ReadFileOptions } from '../contracts/index.ts'

/** Hands the body on, piece by piece, and waits for each piece to be taken. */
export async function readBody(
  response: Response,
  take: (chunk: Uint8Array) => unknown,
  { signal, onBytes }: ReadFileOptions,
): Promise<void> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  try {
    for (;;) {
      signal?.throwIfAborted()
      const { done, value } = await reader.read()
      if (done) return
      await take(value)
      onBytes?.(value.length)
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/** The whole body. @throws {LumosError} `too-large` as soon as it has more than `maxBytes` */
export async function readBoundedBody(
  response: Response,
  maxBytes: number,
  options: ReadFileOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = []
  let sizeBytes = 0
  await readBody(
    response,
    piece => {
      sizeBytes += piece.length
      if (sizeBytes > maxBytes) throw new LumosError('too-large', `An answer has more than ${maxBytes} bytes`)
      pieces.push(piece)
    },
    options,
  )
  return joinBytes(pieces, sizeBytes)
}

function joinBytes(pieces: readonly Uint8Array[], sizeBytes: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(sizeBytes)
  let offset = 0
  for (const piece of pieces) {
    joined.set(piece, offset)
    offset += piece.length
  }
  return joined
}
