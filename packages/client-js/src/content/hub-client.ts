import {
  type AbortOptions,
  isLumosError,
  type JsonValue,
  LumosError,
  type ModelId,
} from '../contracts/index.ts'
import { decodeJson, isJsonObject, readBoundedBody } from '../core/index.ts'
import { isSafePath } from './file-chunks.ts'
import type { ModelDescription, RemoteFile } from './model-record.ts'

export interface HubOptions {
  /** @default 'https://huggingface.co' */
  baseUrl?: string
  /** Branch, tag or commit. @default 'main' */
  revision?: string
  /** For gated and private models; sent to `baseUrl` only. */
  token?: string
}

/** A file at a commit. */
export interface HubFile {
  modelId: ModelId
  revision: string
  path: string
}

interface OpenOptions extends AbortOptions {
  /** Of the first byte wanted. */
  offset: number
  /** Of the first byte not wanted. */
  end?: number
}

const maxListingBytes = 16 * 2 ** 20

/** The two calls of the Hugging Face hub that a download needs. @see https://huggingface.co/docs/hub/api */
export class HubClient {
  readonly #baseUrl: string
  readonly #revision: string
  readonly #headers: Record<string, string>

  constructor(options: HubOptions) {
    this.#baseUrl = (options.baseUrl ?? 'https://huggingface.co').replace(/\/+$/, '')
    this.#revision = options.revision ?? 'main'
    this.#headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }
  }

  /**
   * The newest commit of the revision and its files.
   *
   * @throws {LumosError} `not-found`; `model-unavailable` when the hub refuses or does not answer
   */
  async describe(modelId: ModelId, { signal }: AbortOptions = {}): Promise<ModelDescription> {
    const path = `/api/models/${modelId}/revision/${encodeURIComponent(this.#revision)}?blobs=true`
    const response = await this.#fetch(modelId, path, { signal: signal ?? null })
    if (!response.ok) throw refusal(modelId, response.status)
    try {
      const bytes = await readBoundedBody(response, maxListingBytes, { signal })
      return descriptionOf(decodeJson(bytes, { maxBytes: maxListingBytes, maxDepth: 32 }))
    } catch (cause) {
      signal?.throwIfAborted()
      if (isLumosError(cause) && cause.code === 'model-unavailable') throw cause
      throw new LumosError('model-unavailable', `The hub's description of ${modelId} is not understood.`, {
        cause,
      })
    }
  }

  /** A file from `offset` on, or up to `end`. Status 206 is that part, 200 the file from its beginning. */
  async open({ modelId, revision, path }: HubFile, options: OpenOptions): Promise<Response> {
    const { offset, end } = options
    const isPart = offset > 0 || end !== undefined
    const headers = isPart ? { range: `bytes=${offset}-${end === undefined ? '' : end - 1}` } : {}
    const address = `/${modelId}/resolve/${encodeURIComponent(revision)}/${path}`
    const response = await this.#fetch(modelId, address, { headers, signal: options.signal ?? null })
    if (response.ok || response.status === 416) return response
    const error = refusal(modelId, response.status)
    if (error.code !== 'not-found') throw error
    throw new LumosError(
      'model-unavailable',
      `The hub no longer has ${path} of ${modelId} at commit ${revision}.`,
    )
  }

  async #fetch(modelId: ModelId, path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(this.#baseUrl + path, { ...init, headers: { ...this.#headers, ...init.headers } })
    } catch (cause) {
      init.signal?.throwIfAborted()
      const message = `${modelId} is not on this machine, and ${this.#baseUrl} does not answer: check the network.`
      throw new LumosError('model-unavailable', message, { cause, retryable: true })
    }
  }
}

/** Where the bytes of `response` belong. A server that ignores ranges sends all from the beginning. */
export function startOf(response: Response, offset: number): number {
  if (response.status !== 206) return 0
  const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]
  return start !== undefined && Number(start) <= offset ? Number(start) : 0
}

function refusal(modelId: ModelId, status: number): LumosError {
  if (status === 404) return new LumosError('not-found', `The hub has no model ${modelId}.`)
  if (status === 401 || status === 403) {
    // The hub also answers 401 for names that do not exist.
    return new LumosError(
      'model-unavailable',
      `The hub does not give out ${modelId}: no such model, or it wants a token.`,
    )
  }
  const retryable = status === 429 || status >= 500
  return new LumosError('model-unavailable', `The hub answered ${status} for ${modelId}.`, { retryable })
}

function descriptionOf(value: JsonValue): ModelDescription {
  if (!isJsonObject(value) || typeof value.sha !== 'string' || !Array.isArray(value.siblings)) {
    throw new LumosError('model-unavailable', 'The hub described the model without a commit or files.')
  }
  const files = value.siblings.flatMap(fileOf)
  const license = isJsonObject(value.cardData) ? value.cardData.license : undefined
  return {
    revision: value.sha,
    ...(typeof license === 'string' && { license }),
    ...((value.private === true || (value.gated !== undefined && value.gated !== false)) && {
      isRestricted: true,
    }),
    files: Object.fromEntries(files),
  }
}

function fileOf(sibling: JsonValue): [string, RemoteFile][] {
  if (!isJsonObject(sibling)) return []
  const { rfilename, size, blobId, lfs } = sibling
  if (typeof rfilename !== 'string' || typeof size !== 'number' || !isSafePath(rfilename)) return []
  if (isJsonObject(lfs) && typeof lfs.sha256 === 'string')
    return [[rfilename, { sizeBytes: size, sha256: lfs.sha256 }]]
  return [[rfilename, { sizeBytes: size, ...(typeof blobId === 'string' && { gitSha1: blobId }) }]]
}
