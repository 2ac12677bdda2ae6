import { type AbortOptions, type JsonObject, type JsonValue, LumosError } from '../../contracts/index.ts'
import { errorMessageOf } from './chat-chunk.ts'
import { withoutRefused } from './chat-request.ts'

export interface EndpointOptions {
  /** With the version, for instance `https://api.openai.com/v1` or `http://127.0.0.1:11434/v1`. */
  baseUrl: string
  /** Sent as a bearer token. Never part of an error or a log. */
  apiKey?: string
  /** Sent with every request. */
  headers?: Record<string, string>
}

const maxErrorBytes = 64 * 1024
const maxErrorLength = 500
/** Each attempt leaves out one parameter the server refused. */
const maxAttempts = 4

/** An OpenAI-compatible server. */
export class Endpoint {
  readonly #baseUrl: string
  readonly #apiKey: string | undefined
  readonly #headers: Record<string, string>

  constructor({ baseUrl, apiKey, headers }: EndpointOptions) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '')
    this.#apiKey = apiKey
    this.#headers = { ...headers, ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) }
  }

  /** Whether it is this machine. */
  get isLocal(): boolean {
    const { hostname } = new URL(this.#baseUrl)
    return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
  }

  /** @throws {LumosError} by the server's answer; `dial-failed` without one */
  async get(path: string, options?: AbortOptions): Promise<Response> {
    const response = await this.#fetch(path, { signal: options?.signal ?? null })
    if (!response.ok) throw await this.#refusal(response)
    return response
  }

  /** Posts JSON, and once more without each parameter that the server says it does not know. */
  async post(path: string, body: JsonObject, options?: AbortOptions): Promise<Response> {
    let request = body
    for (let attempt = 1; ; attempt++) {
      const response = await this.#fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
        signal: options?.signal ?? null,
      })
      if (response.ok) return response
      const error = await this.#refusal(response)
      const adapted = response.status === 400 ? withoutRefused(request, error.message) : undefined
      if (adapted === undefined || attempt === maxAttempts) throw error
      request = adapted
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(this.#baseUrl + path, { ...init, headers: { ...this.#headers, ...init.headers } })
    } catch (cause) {
      init.signal?.throwIfAborted()
      throw new LumosError('dial-failed', `${this.#baseUrl} does not answer: is the server running?`, {
        cause,
      })
    }
  }

  async #refusal(response: Response): Promise<LumosError> {
    const { status } = response
    const said = this.withoutKey(errorMessageOf(parse(await readText(response))))
    const message = `${this.#baseUrl} answered ${status}${said === '' ? '' : `: ${said}`}`
    if (status === 401 || status === 403) return new LumosError('forbidden', `${message}. Check the API key.`)
    if (status === 404) return new LumosError('not-found', message)
    if (status === 429) return new LumosError('rate-limited', message, retryDetails(response))
    if (status === 413 || /context|too long|too many tokens/i.test(said)) {
      return new LumosError('inference-failed', message, { details: { reason: 'context-overflow' } })
    }
    if (status >= 500) return new LumosError('inference-failed', message, { retryable: true })
    return new LumosError('invalid-request', message)
  }

  /** Servers quote wrong keys in their errors. */
  withoutKey(text: string): string {
    const safe = this.#apiKey ? text.replaceAll(this.#apiKey, '***') : text
    return safe.slice(0, maxErrorLength)
  }
}

function retryDetails(response: Response): { details?: JsonObject } {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? { details: { retryAfterMs: Math.max(0, seconds * 1000) } } : {}
}

/** As much as an error needs; a hostile body may never end. */
async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  try {
    while (text.length < maxErrorBytes) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value, { stream: true })
    }
  } catch {
    // The status alone says enough.
  } finally {
    await reader.cancel().catch(() => {})
  }
  return text
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return { message: text }
  }
}
