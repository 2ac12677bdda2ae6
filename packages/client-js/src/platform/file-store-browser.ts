import type { FileStore, FileWriter, Platform } from './platform.ts'

/** The origin private file system; `directory` is one name in its root. */
export const openFileStore: Platform['openFileStore'] = async directory => {
  const root = await navigator.storage.getDirectory()
  return new OpfsFileStore(await root.getDirectoryHandle(directory, { create: true }))
}

class OpfsFileStore implements FileStore {
  readonly #root: FileSystemDirectoryHandle

  constructor(root: FileSystemDirectoryHandle) {
    this.#root = root
  }

  async size(path: string): Promise<number | undefined> {
    return unlessAbsent(async () => (await (await this.#file(path, false)).getFile()).size)
  }

  async read(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const file = await (await this.#file(path, false)).getFile()
    return new Uint8Array(await file.arrayBuffer())
  }

  async openWriter(path: string, offset: number): Promise<FileWriter> {
    const handle = await this.#file(path, true)
    return 'createSyncAccessHandle' in handle
      ? syncWriter(await (handle as SyncFileHandle).createSyncAccessHandle(), offset)
      : streamWriter(handle as FileSystemFileHandle, offset)
  }

  /** A stream replaces at its end. Workers, whose handles write in place, move a second file over the first. */
  async replace(path: string, bytes: Uint8Array): Promise<void> {
    if (!canMoveFiles()) {
      const writer = await this.openWriter(path, 0)
      await writer.write(bytes)
      return writer.close()
    }
    const { directory, name } = await this.#locate(path, true)
    const part = (await directory.getFileHandle(`${name}.part`, { create: true })) as MovableFileHandle
    const access = await part.createSyncAccessHandle()
    try {
      access.truncate(0)
      access.write(bytes, { at: 0 })
      access.flush()
    } finally {
      access.close()
    }
    await part.move(directory, name)
  }

  async delete(path: string): Promise<void> {
    await unlessAbsent(async () => {
      const { directory, name } = await this.#locate(path, false)
      await directory.removeEntry(name, { recursive: true })
    })
  }

  async list(path: string): Promise<string[]> {
    const names = await unlessAbsent(async () => {
      const found: string[] = []
      for await (const name of (await this.#directory(path.split('/').filter(Boolean), false)).keys())
        found.push(name)
      return found
    })
    return names ?? []
  }

  async #file(path: string, create: boolean): Promise<FileSystemFileHandle> {
    const { directory, name } = await this.#locate(path, create)
    return directory.getFileHandle(name, { create })
  }

  async #locate(path: string, create: boolean) {
    const parts = path.split('/').filter(Boolean)
    const name = parts.pop() as string
    return { directory: await this.#directory(parts, create), name }
  }

  async #directory(parts: string[], create: boolean): Promise<FileSystemDirectoryHandle> {
    let directory = this.#root
    for (const part of parts) directory = await directory.getDirectoryHandle(part, { create })
    return directory
  }
}

/** Exists in dedicated workers only; what it wrote survives a closed tab, so a download can go on. */
interface SyncFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncAccessHandle>
}

/** Not in the standard, and in Chromium, Firefox and Safari. @see whatwg/fs, pull request 10 */
interface MovableFileHandle extends SyncFileHandle {
  move(directory: FileSystemDirectoryHandle, name: string): Promise<void>
}

function canMoveFiles(): boolean {
  const { prototype } = FileSystemFileHandle
  return 'createSyncAccessHandle' in prototype && 'move' in prototype
}

interface SyncAccessHandle {
  truncate(size: number): void
  write(bytes: Uint8Array, options: { at: number }): number
  flush(): void
  close(): void
}

function syncWriter(access: SyncAccessHandle, offset: number): FileWriter {
  let position = offset
  access.truncate(offset)
  return {
    async write(bytes) {
      position += access.write(bytes, { at: position })
    },
    async close() {
      access.flush()
      access.close()
    },
  }
}

async function streamWriter(handle: FileSystemFileHandle, offset: number): Promise<FileWriter> {
  const stream = await handle.createWritable({ keepExistingData: true })
  await stream.truncate(offset)
  await stream.seek(offset)
  return {
    write: bytes => stream.write(bytes as Uint8Array<ArrayBuffer>),
    close: () => stream.close(),
  }
}

async function unlessAbsent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    const name = error instanceof DOMException ? error.name : ''
    if (name === 'NotFoundError' || name === 'TypeMismatchError') return undefined
    throw error
  }
}
