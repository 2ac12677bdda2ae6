import {
  type AbortOptions,
  type JsonValue,
  LumosError,
  type RevocationSource,
} from '../../contracts/index.ts'
import { decodeJson, isJsonObject } from '../../core/index.ts'

/** The part of `fetch` that is used. */
export type FetchText = (
  url: string,
  init: { headers: Record<string, string>; redirect: 'error'; signal?: AbortSignal },
) => Promise<Response>

export interface HttpRevocationSourceOptions {
  /** Where the list is: a file, or a service that understands `?cursor=`. */
  url: string
  fetch: FetchText
  /** @default 4 MiB */
  maxBytes?: number
}

/**
 * A list of revocations at a URL: JSON `{ "tokens": […], "cursor": "…", "hasMore": false }`. A file of fixed content
 * leaves out `cursor` and `hasMore`, and is read whole each time.
 */
export function httpRevocationSource(options: HttpRevocationSourceOptions): RevocationSource {
  const { url, fetch, maxBytes = 4 * 1024 * 1024 } = options
  return {
    name: url,
    async fetch(cursor, { signal }: AbortOptions = {}) {
      const at = new URL(url)
      if (cursor !== undefined && cursor !== '') at.searchParams.set('cursor', cursor)
      const headers = { accept: 'application/json' }
      const response = await fetch(at.href, { headers, redirect: 'error', ...(signal && { signal }) })
      if (!response.ok) {
        await response.body?.cancel()
        throw new LumosError('dial-failed', `${url} answered with status ${response.status}.`)
      }
      return readPage(decodeJson(await readBody(response, maxBytes), { maxBytes, maxDepth: 4 }), cursor)
    },
  }
}

function readPage(value: JsonValue, before: string | undefined) {
  const { tokens, cursor = '', hasMore = false } = isJsonObject(value) ? value : {}
  const isPage =
    Array.isArray(tokens) &&
    tokens.every(token => typeof token === 'string') &&
    typeof cursor === 'string' &&
    typeof hasMore === 'boolean'
  // More, but from where we are: that would never end.
  if (!isPage || (hasMore && cursor === (before ?? ''))) {
    throw new LumosError('malformed-frame', 'The answer is not a list of revocations.')
  }
  return { tokens: tokens as string[], cursor, hasMore }
}

/** Stops reading where the limit is passed. */
async function readBody({ body }: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = body?.getReader()
  for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
    length += next.value.length
    if (length > maxBytes) {
      await reader?.cancel()
      throw new LumosError('too-large', `A list of revocations has at most ${maxBytes} bytes a page.`)
    }
    chunks.push(next.value)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
