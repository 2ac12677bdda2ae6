import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isLumosError, KeyUnavailableError } from '../contracts/index.ts'
import type { KeyRecords, Platform } from './platform.ts'
import { randomBytes } from './random-bytes.ts'

const extension = '.key'

/** `<directory>/<name>.key`, mode 0600 in a directory of mode 0700. */
export const openKeyRecords: Platform['openKeyRecords'] = directory => {
  const pathOf = (name: string) => join(directory, `${name}${extension}`)
  return {
    form: 'bytes',
    names: () => orUnreadable(directory, () => names(directory)),
    read: name => orUnreadable(pathOf(name), () => readPrivately(pathOf(name))),
    insert: (name, value) =>
      orUnreadable(pathOf(name), () => insert(directory, pathOf(name), value as Uint8Array)),
    replace: (name, value) =>
      orUnreadable(pathOf(name), () => replace(directory, pathOf(name), value as Uint8Array)),
    delete: name => orUnreadable(pathOf(name), () => rm(pathOf(name), { force: true })),
  } satisfies KeyRecords
}

async function names(directory: string): Promise<string[]> {
  const entries = await unlessAbsent(() => readdir(directory))
  return (entries ?? [])
    .filter(name => name.endsWith(extension))
    .map(name => name.slice(0, -extension.length))
}

async function readPrivately(path: string): Promise<Uint8Array | undefined> {
  return unlessAbsent(async () => {
    const { mode } = await stat(path)
    // Windows has no such bits; there the folder's access list protects the file.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new KeyUnavailableError(
        'exposed',
        `The key file ${path} is open to other users: chmod 600 it, or remove it to get a new identity.`,
      )
    }
    return new Uint8Array(await readFile(path))
  })
}

/** Links the whole file into place: a reader never sees half a key, and of several writers one wins. */
async function insert(directory: string, path: string, bytes: Uint8Array): Promise<boolean> {
  return withDraft(directory, path, bytes, async draftPath => {
    try {
      await link(draftPath, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
    return true
  })
}

async function replace(directory: string, path: string, bytes: Uint8Array): Promise<void> {
  await withDraft(directory, path, bytes, draftPath => rename(draftPath, path))
}

async function withDraft<T>(
  directory: string,
  path: string,
  bytes: Uint8Array,
  place: (draftPath: string) => Promise<T>,
): Promise<T> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const draftPath = `${path}.${Buffer.from(randomBytes(8)).toString('hex')}`
  try {
    await writeDurably(draftPath, bytes)
    const result = await place(draftPath)
    await syncDirectory(directory)
    return result
  } finally {
    await rm(draftPath, { force: true })
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A file's name is durable once its directory is. Windows opens no directories, and needs no such thing. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(directory)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function unlessAbsent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function orUnreadable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (isLumosError(cause)) throw cause
    throw new KeyUnavailableError('unreadable', `${path} cannot be read or written.`, { cause })
  }
}
