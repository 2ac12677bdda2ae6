import { resolveHost } from '#platform'
import { type AbortOptions, LumosError, type Tool } from '../../contracts/index.ts'
import { anySignal, raceSignal } from '../../core/index.ts'
import { FetchPolicy, type FetchPolicyOptions } from './fetch-policy.ts'
import { htmlToText } from './html-to-text.ts'

export interface FetchToolOptions extends Partial<FetchPolicyOptions> {
  /** Of the page as it comes. @default 1 MiB */
  maxBytes?: number
  /** Of the text the model reads; the rest is cut. @default 8000 */
  maxCharacters?: number
  /** For everything, redirects included. @default 10,000 */
  timeoutMs?: number
  /** @default the platform's */
  fetch?: typeof fetch
}

const maxRedirects = 5

/**
 * Reads pages of the hosts in `allow`; without any, it refuses and says how to allow one. Private networks stay
 * closed, also to names that lead there.
 */
export function fetchTool(options: FetchToolOptions = {}): Tool {
  const { allow = [], timeoutMs = 10_000 } = options
  const policy = new FetchPolicy({ resolveHost, ...options, allow: allow.map(host => host.toLowerCase()) })
  return {
    name: 'fetch',
    description: 'Reads a web page and gives its text.',
    parameters: {
      type: 'object',
      properties: { url: { type: 'string', description: 'For example: https://example.com/page' } },
      required: ['url'],
      additionalProperties: false,
    },
    idempotent: true,
    async execute(args, { signal }) {
      const timeout = AbortSignal.timeout(timeoutMs)
      const limited = anySignal(signal, timeout) as AbortSignal
      try {
        return await raceSignal(read(String(args.url), policy, options, limited), limited)
      } catch (error) {
        if (!timeout.aborted || signal?.aborted) throw error
        throw new LumosError('deadline-exceeded', `The page did not come within ${timeoutMs} ms.`)
      }
    },
  }
}

async function read(
  address: string,
  policy: FetchPolicy,
  options: FetchToolOptions,
  signal: AbortSignal,
): Promise<string> {
  const { maxBytes = 1024 * 1024, maxCharacters = 8000 } = options
  const response = await follow(address, policy, options, { signal })
  const type = response.headers.get('content-type') ?? 'text/plain'
  if (!/^(text\/|application\/([\w.+-]*\+)?(json|xml))/i.test(type)) {
    await response.body?.cancel()
    throw new LumosError('unsupported', `The address gives ${type.slice(0, 64)}, not text.`)
  }
  const body = decode(await readBody(response, maxBytes), type)
  const text = /html/i.test(type) ? htmlToText(body) : body
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters).toWellFormed()} … (cut)`
}

async function follow(
  address: string,
  policy: FetchPolicy,
  options: FetchToolOptions,
  { signal }: AbortOptions,
): Promise<Response> {
  const request = options.fetch ?? fetch
  let url = parseUrl(address)
  for (let hop = 0; hop <= maxRedirects; hop++) {
    await policy.check(url)
    const response = await request(url, {
      // Each hop is judged before it is followed.
      redirect: 'manual',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      ...(signal && { signal }),
    }).catch(cause => {
      if (signal?.aborted) throw signal.reason
      throw new LumosError('dial-failed', `${url.host} did not answer.`, { cause, retryable: false })
    })
    if (response.type === 'opaqueredirect') {
      throw new LumosError('unsupported', 'The page redirects, and a browser does not say where to.')
    }
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) {
      if (response.ok) return response
      await response.body?.cancel()
      throw new LumosError('tool-failed', `${url.host} answered with status ${response.status}.`)
    }
    await response.body?.cancel()
    url = parseUrl(location, url)
  }
  throw new LumosError('tool-failed', `The page redirects more than ${maxRedirects} times.`)
}

function parseUrl(address: string, base?: URL): URL {
  // Models often leave the scheme out.
  const complete =
    base === undefined && /^[\w-]+(\.[\w-]+)+(\/|$)/.test(address) ? `https://${address}` : address
  if (!URL.canParse(complete, base)) throw new LumosError('invalid-request', 'That is not a web address.')
  return new URL(complete, base)
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const reader = response.body?.getReader()
  if (reader === undefined) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  while (size < maxBytes) {
    const { done, value } = await reader.read()
    if (done) return join(chunks, size)
    chunks.push(value)
    size += value.length
  }
  await reader.cancel()
  return join(chunks, size).subarray(0, maxBytes)
}

function join(chunks: Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

function decode(bytes: Uint8Array, contentType: string): string {
  const charset = /charset=["']?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}
