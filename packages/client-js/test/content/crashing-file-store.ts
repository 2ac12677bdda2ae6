import type { FileStore, FileWriter } from '../../src/platform/platform.ts'

export interface CrashOptions {
  /** The change that is the last: 1 for the first. */
  crashAtWrite: number
  /** `lost`: nothing of it. `torn`: half of the bytes, under the file's own name, as where no platform helps. `kept`: all. */
  lastWrite: 'lost' | 'torn' | 'kept'
}

/** Files as a process sees them that dies at one change: from then on nothing it asks is answered. */
export class CrashingFileStore implements FileStore {
  readonly #files: FileStore
  readonly #options: CrashOptions
  readonly #crash = Promise.withResolvers<void>()
  #writeCount = 0
  #hasCrashed = false

  constructor(files: FileStore, options: CrashOptions) {
    this.#files = files
    this.#options = options
  }

  /** Resolves at the crash. */
  get crashed(): Promise<void> {
    return this.#crash.promise
  }

  size(path: string) {
    return this.#read(() => this.#files.size(path))
  }

  read(path: string) {
    return this.#read(() => this.#files.read(path))
  }

  list(path: string) {
    return this.#read(() => this.#files.list(path))
  }

  openWriter(): Promise<FileWriter> {
    throw new Error('the model store replaces files whole')
  }

  replace(path: string, bytes: Uint8Array): Promise<void> {
    const tear = () => this.#files.replace(path, bytes.slice(0, Math.floor(bytes.length / 2)))
    return this.#write(() => this.#files.replace(path, bytes), tear)
  }

  delete(path: string): Promise<void> {
    return this.#write(() => this.#files.delete(path))
  }

  async #read<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#hasCrashed ? undefined : await work()
    return this.#hasCrashed ? new Promise<never>(() => {}) : (result as T)
  }

  async #write(work: () => Promise<void>, tear?: () => Promise<void>): Promise<void> {
    if (this.#hasCrashed) return new Promise<never>(() => {})
    const { crashAtWrite, lastWrite } = this.#options
    if (++this.#writeCount < crashAtWrite) return work()
    this.#hasCrashed = true
    if (lastWrite === 'kept') await work()
    if (lastWrite === 'torn') await tear?.()
    this.#crash.resolve()
    return new Promise<never>(() => {})
  }
}
