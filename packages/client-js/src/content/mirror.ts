import {
  type AbortOptions,
  type ContentId,
  type ContentSource,
  isLumosError,
  LumosError,
  type ModelId,
} from '../contracts/index.ts'
import { decodeJson, isJsonObject } from '../core/index.ts'
import { isContentId, matchesContentId } from './content-id.ts'
import type { Chunk } from './file-chunks.ts'
import { decodeFolder } from './folder-dag.ts'
import { type GatewayOptions, GatewaySource } from './gateway-source.ts'

const maxDescriptionBytes = 64 * 2 ** 10

/** A model as a mirror has it. */
export interface MirroredModel {
  revision: string
  license?: string
  /** Chunks by path. */
  files: Map<string, Chunk[]>
}

/** A Lumos server, or whatever answers like one: models by name, blocks by CID. @see spec/content.md#mirrors */
export class Mirror implements ContentSource {
  readonly name: string
  readonly #gateway: GatewaySource

  constructor(options: GatewayOptions) {
    this.#gateway = new GatewaySource(options)
    this.name = this.#gateway.name
  }

  fetch(cid: ContentId, options?: AbortOptions): Promise<Uint8Array | undefined> {
    return this.#gateway.fetch(cid, options)
  }

  /**
   * Undefined when it does not have the model.
   *
   * @throws {LumosError} `model-unavailable` when it does not answer, or answers what is not understood
   */
  async describe(modelId: ModelId, options: AbortOptions = {}): Promise<MirroredModel | undefined> {
    try {
      const path = `/shared/models/${modelId}`
      const bytes = await this.#gateway.read(path, 'application/json', maxDescriptionBytes, options)
      return bytes && (await this.#decode(bytes, options))
    } catch (cause) {
      options.signal?.throwIfAborted()
      const retryable = isLumosError(cause) && cause.retryable
      const message = `The mirror ${this.name} does not say what ${modelId} is made of`
      throw new LumosError('model-unavailable', message, { cause, retryable })
    }
  }

  async #decode(bytes: Uint8Array, options: AbortOptions): Promise<MirroredModel> {
    const value = decodeJson(bytes, { maxBytes: maxDescriptionBytes, maxDepth: 4 })
    if (!isJsonObject(value) || !isContentId(value.cid) || typeof value.revision !== 'string') {
      throw new LumosError('malformed-frame', 'A model is described by a cid and a revision')
    }
    return {
      revision: value.revision,
      ...(typeof value.license === 'string' && { license: value.license }),
      files: await decodeFolder(value.cid, cid => this.#node(cid, options), options),
    }
  }

  async #node(cid: ContentId, options: AbortOptions): Promise<Uint8Array> {
    const bytes = await this.fetch(cid, options)
    if (bytes !== undefined && (await matchesContentId(cid, bytes))) return bytes
    throw new LumosError('malformed-frame', 'A part of the folder is not what its id names')
  }
}
