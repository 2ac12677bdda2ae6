import type { ReadFileOptions } from './model-folder.ts'

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
