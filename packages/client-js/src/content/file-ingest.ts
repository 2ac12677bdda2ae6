import type { AbortOptions, ContentStore } from '../contracts/index.ts'
import { Chunker } from './chunker.ts'
import { contentIdOf } from './content-id.ts'
import type { Chunk } from './file-chunks.ts'
import { createFileHash, type FileHash } from './file-hash.ts'
import type { RemoteFile } from './model-record.ts'
import { OnnxSeams } from './onnx-seams.ts'

/** Takes a file as a stream and keeps it as chunks, checked against what the hub said. Holds one chunk in memory. */
export class FileIngest {
  readonly #store: Pick<ContentStore, 'put'>
  readonly #hash: FileHash
  readonly #seams = new OnnxSeams()
  readonly #chunker = new Chunker()
  readonly #chunks: Chunk[] = []

  private constructor(store: Pick<ContentStore, 'put'>, hash: FileHash) {
    this.#store = store
    this.#hash = hash
  }

  static async start(store: Pick<ContentStore, 'put'>, file: RemoteFile): Promise<FileIngest> {
    return new FileIngest(store, await createFileHash(file))
  }

  /** Of the file: where the next bytes belong. */
  get offset(): number {
    return this.#chunker.takenBytes
  }

  /** Those that are stored. */
  get chunks(): readonly Chunk[] {
    return this.#chunks
  }

  async write(bytes: Uint8Array, options?: AbortOptions): Promise<void> {
    this.#hash.update(bytes)
    for (const chunk of this.#chunker.push(bytes, this.#seams.push(bytes))) await this.#keep(chunk, options)
  }

  /** Stores what waits for the next cut as well: the file ends here, or the download stops here. */
  async flush(): Promise<void> {
    const rest = this.#chunker.finish()
    if (rest !== undefined) await this.#keep(rest)
  }

  /** Why the file is not what the hub said, in words; undefined when it is. To be called once, at its end. */
  findDamage(): string | undefined {
    return this.#hash.findDamage()
  }

  async #keep(bytes: Uint8Array<ArrayBuffer>, options?: AbortOptions): Promise<void> {
    const cid = await contentIdOf(bytes, 'raw')
    await this.#store.put(cid, bytes, options)
    this.#chunks.push({ cid, sizeBytes: bytes.length })
  }
}
