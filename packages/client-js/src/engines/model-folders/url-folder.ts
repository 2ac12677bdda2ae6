import { type AbortOptions, LumosError } from '../../contracts/index.ts'
import { readBody } from '../../core/index.ts'
import type { ModelCard, ModelFolder, ReadFileOptions } from './model-folder.ts'

/** A model folder that some web server serves as files, for instance the one the page came from. */
export class UrlFolder implements ModelFolder {
  readonly card: ModelCard
  readonly #url: string
  readonly #stats = new Map<string, Promise<{ sizeBytes?: number } | undefined>>()

  /** @param url - of the folder, with or without a slash at the end */
  constructor(url: string, card: ModelCard) {
    this.card = card
    this.#url = url.endsWith('/') ? url : `${url}/`
  }

  /** Asked once: a load asks for the same again and again, and each answer takes a way there and back. */
  stat(path: string, options?: AbortOptions): Promise<{ sizeBytes?: number } | undefined> {
    const known = this.#stats.get(path) ?? this.#statNow(path, options)
    this.#stats.set(path, known)
    known.catch(() => this.#stats.delete(path))
    return known
  }

  async #statNow(path: string, options?: AbortOptions): Promise<{ sizeBytes?: number } | undefined> {
    const response = await this.#fetch(path, { method: 'HEAD', signal: options?.signal ?? null })
    if (!isFile(response)) return undefined
    const length = Number(response.headers.get('content-length'))
    // A compressed answer's length is not the file's.
    return length > 0 && !response.headers.has('content-encoding') ? { sizeBytes: length } : {}
  }

  async read(path: string, options: ReadFileOptions = {}): Promise<Uint8Array> {
    const response = await this.#fetch(path, { signal: options.signal ?? null })
    if (!isFile(response)) throw this.#unavailable(path, `status ${response.status}`)
    const chunks: Uint8Array[] = []
    try {
      await readBody(response, chunk => chunks.push(chunk), options)
    } catch (cause) {
      options.signal?.throwIfAborted()
      throw this.#unavailable(path, 'the connection broke', cause)
    }
    return joinBytes(chunks)
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(this.#url + path, init)
    } catch (cause) {
      init.signal?.throwIfAborted()
      throw this.#unavailable(path, 'no connection', cause)
    }
  }

  #unavailable(path: string, reason: string, cause?: unknown): LumosError {
    const message = `${path} of ${this.card.modelId} could not be loaded from ${this.#url}: ${reason}.`
    return new LumosError('model-unavailable', message, { cause, retryable: true })
  }
}

/** Servers of single-page apps answer with their page where a file is missing. */
function isFile(response: Response): boolean {
  return response.ok && !(response.headers.get('content-type') ?? '').startsWith('text/html')
}

function joinBytes(chunks: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    joined.set(chunk, offset)
    offset += chunk.length
  }
  return joined
}
