import { type Clock, isLumosError, LumosError } from '../contracts/index.ts'
import { anySignal, createSystemClock, deadlineSignal } from '../core/index.ts'

export interface BoundedFetchOptions {
  /** How to reach the web. In a server, give one that refuses private addresses after it resolved the name. */
  fetch: typeof fetch
  /** Also plain HTTP, to this machine only: for tests and development. @default false */
  allowLoopback?: boolean
  /** @default 10000 */
  timeoutMs?: number
  /** @default the machine's */
  clock?: Clock
}

export interface FetchBoundedOptions extends BoundedFetchOptions {
  maxBytes: number
  signal?: AbortSignal | undefined
  /** Of the request. @default 'application/json' */
  accept?: string
}

/**
 * The body behind an https URL; undefined for 404 and 410. No redirect is followed, no cookie sent.
 *
 * @throws {LumosError} `identity-unavailable`, retryable unless the URL itself is refused; `too-large`
 */
export async function fetchBounded(
  url: URL,
  options: FetchBoundedOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  options.signal?.throwIfAborted()
  assertAllowed(url, options.allowLoopback ?? false)
  const { clock = createSystemClock(), timeoutMs = 10_000 } = options
  using timeout = deadlineSignal(clock, clock.now() + timeoutMs)
  const signal = anySignal(options.signal, timeout.signal) as AbortSignal
  try {
    return await read(url, options, signal)
  } catch (cause) {
    options.signal?.throwIfAborted()
    if (isLumosError(cause) && cause.code !== 'deadline-exceeded') throw cause
    throw unavailable(url, 'did not answer', cause)
  }
}

async function read(url: URL, options: FetchBoundedOptions, signal: AbortSignal) {
  const { fetch, maxBytes, accept = 'application/json' } = options
  const response = await fetch(url, {
    signal,
    headers: { accept },
    redirect: 'error',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
  })
  if (response.status === 404 || response.status === 410) {
    await response.body?.cancel()
    return undefined
  }
  if (!response.ok) {
    await response.body?.cancel()
    throw unavailable(url, `answered ${response.status}`)
  }
  return readBody(response, maxBytes, signal)
}

async function readBody(response: Response, maxBytes: number, signal: AbortSignal) {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    signal.throwIfAborted()
    length += part.length
    if (length > maxBytes) throw new LumosError('too-large', `The answer is larger than ${maxBytes} bytes.`)
    parts.push(part)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

function assertAllowed(url: URL, allowLoopback: boolean): void {
  const isLoopback = loopback.test(url.hostname)
  const isAllowed = isLoopback ? allowLoopback : url.protocol === 'https:'
  if (isAllowed && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return
  throw new LumosError(
    'identity-unavailable',
    `${url.origin} may not be asked: only https to another machine.`,
  )
}

function unavailable(url: URL, what: string, cause?: unknown): LumosError {
  return new LumosError('identity-unavailable', `${url.origin} ${what}.`, { cause, retryable: true })
}
