import {
  type AbortOptions,
  type ContentId,
  type ContentSource,
  isLumosError,
  LumosError,
  maxBlockBytes,
} from '../contracts/index.ts'
import { readBoundedBody } from '../core/index.ts'

export interface GatewayOptions {
  /** Of the server, without `/ipfs`. */
  baseUrl: string
  /** A key of that server, sent to it only. */
  token?: string
}

/** Blocks of a trustless IPFS gateway, as every Lumos server is one. @see IPFS Trustless Gateway Specification */
export class GatewaySource implements ContentSource {
  readonly name: string
  readonly #baseUrl: string
  readonly #headers: Record<string, string>

  constructor({ baseUrl, token }: GatewayOptions) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '')
    this.name = new URL(this.#baseUrl).host
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  }

  async fetch(cid: ContentId, options: AbortOptions = {}): Promise<Uint8Array | undefined> {
    const accept = 'application/vnd.ipld.raw'
    return this.read(`/ipfs/${cid}?format=raw`, accept, maxBlockBytes, options)
  }

  /** What the server answers at `path`; undefined when there is nothing. @throws as {@link ContentSource.fetch} */
  async read(
    path: string,
    accept: string,
    maxBytes: number,
    { signal }: AbortOptions,
  ): Promise<Uint8Array | undefined> {
    signal?.throwIfAborted()
    let response: Response
    try {
      response = await fetch(this.#baseUrl + path, {
        headers: { ...this.#headers, accept },
        signal: signal ?? null,
      })
    } catch (cause) {
      signal?.throwIfAborted()
      throw new LumosError('dial-failed', `${this.name} does not answer`, { cause })
    }
    try {
      if (response.ok) return await readBoundedBody(response, maxBytes, { signal })
    } catch (cause) {
      signal?.throwIfAborted()
      if (isLumosError(cause)) throw cause
      throw new LumosError('connection-lost', `${this.name} broke off`, { cause })
    }
    await response.body?.cancel()
    if (response.status === 404 || response.status === 410) return undefined
    if (response.status === 401 || response.status === 403) {
      throw new LumosError('forbidden', `${this.name} does not give this out without a permission`)
    }
    throw new LumosError('dial-failed', `${this.name} answered ${response.status}`)
  }
}
