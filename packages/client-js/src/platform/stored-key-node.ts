import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LumosError } from '../contracts/index.ts'
import { keyFromSeed } from './ed25519-node.ts'
import type { Platform } from './platform.ts'
import { randomBytes } from './random-bytes.ts'

const seedLength = 32

/** Reads or makes `<directory>/<name>.key`: the 32 raw bytes of the seed, mode 0600 in a directory of mode 0700. */
export const openStoredKey: Platform['openStoredKey'] = async ({ directory, name }) => {
  const path = join(directory, `${name}.key`)
  try {
    const seed = (await readSeed(path)) ?? (await createSeed(directory, path))
    return await keyFromSeed(seed)
  } catch (cause) {
    if (cause instanceof LumosError) throw cause
    throw unavailable(path, 'cannot be read or written', cause)
  }
}

async function readSeed(path: string): Promise<Uint8Array | undefined> {
  let seed: Uint8Array
  try {
    const { mode } = await stat(path)
    // Windows has no such bits; there the folder's access list protects the file.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw unavailable(path, 'is open to other users: chmod 600 it, or remove it to get a new identity')
    }
    seed = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  if (seed.length !== seedLength) throw unavailable(path, 'is damaged: restore it from a copy')
  return seed
}

/** Writes beside, then links into place: a reader never sees half a key, and of several writers one wins. */
async function createSeed(directory: string, path: string): Promise<Uint8Array> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const seed = randomBytes(seedLength)
  const draftPath = `${path}.${Buffer.from(randomBytes(8)).toString('hex')}`
  try {
    await writeDurably(draftPath, seed)
    await link(draftPath, path)
    return seed
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const winner = await readSeed(path)
    if (winner === undefined) throw error
    return winner
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

function unavailable(path: string, what: string, cause?: unknown): LumosError {
  return new LumosError('identity-unavailable', `The key file ${path} ${what}.`, { cause })
}
