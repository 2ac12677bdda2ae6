import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FileStore, Platform } from './platform.ts'

export const openFileStore: Platform['openFileStore'] = async directory => new NodeFileStore(directory)

/** Of a file that is still being written. A crash leaves it for the next who writes the same file. */
const partSuffix = '.part'

class NodeFileStore implements FileStore {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  async size(path: string): Promise<number | undefined> {
    return unlessAbsent(async () => {
      const entry = await stat(join(this.#directory, path))
      return entry.isFile() ? entry.size : undefined
    })
  }

  async read(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return readFile(join(this.#directory, path))
  }

  async openWriter(path: string, offset: number) {
    const target = join(this.#directory, path)
    await mkdir(dirname(target), { recursive: true })
    const file = await open(target, (await this.size(path)) === undefined ? 'w+' : 'r+')
    await file.truncate(offset)
    let position = offset
    return {
      async write(bytes: Uint8Array) {
        await file.write(bytes, 0, bytes.length, position)
        position += bytes.length
      },
      close: () => file.close(),
    }
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    const target = join(this.#directory, path)
    await mkdir(dirname(target), { recursive: true })
    const file = await open(`${target}${partSuffix}`, 'w')
    try {
      await file.writeFile(bytes)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(`${target}${partSuffix}`, target)
  }

  async delete(path: string): Promise<void> {
    await rm(join(this.#directory, path), { recursive: true, force: true })
  }

  async list(path: string): Promise<string[]> {
    return (await unlessAbsent(() => readdir(join(this.#directory, path)))) ?? []
  }
}

async function unlessAbsent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
