import { type AbortOptions, type ContentId, type ContentSource, maxBlockBytes } from '../contracts/index.ts'
import { readBoundedBody } from '../core/index.ts'
import type { Chunk } from './file-chunks.ts'
import { type HubClient, type HubFile, startOf } from './hub-client.ts'

/** The chunks of one file of the hub, by ranges of it. A server that ignores ranges has none. */
export class HubFileSource implements ContentSource {
  readonly name: string
  readonly #hub: HubClient
  readonly #file: HubFile
  readonly #places = new Map<ContentId, { offset: number; end: number }>()

  constructor(hub: HubClient, file: HubFile, chunks: readonly Chunk[]) {
    this.name = `hub, ${file.path}`
    this.#hub = hub
    this.#file = file
    let offset = 0
    for (const { cid, sizeBytes } of chunks) {
      this.#places.set(cid, { offset, end: offset + sizeBytes })
      offset += sizeBytes
    }
  }

  async fetch(cid: ContentId, options?: AbortOptions): Promise<Uint8Array | undefined> {
    const place = this.#places.get(cid)
    if (place === undefined) return undefined
    const response = await this.#hub.open(this.#file, { ...place, ...options })
    if (response.status === 206 && startOf(response, place.offset) === place.offset) {
      return readBoundedBody(response, maxBlockBytes, options)
    }
    await response.body?.cancel()
    return undefined
  }
}
