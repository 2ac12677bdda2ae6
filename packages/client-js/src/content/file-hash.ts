import { createSHA1, createSHA256 } from 'hash-wasm'
import { utf8 } from '../core/index.ts'
import type { RemoteFile } from './model-record.ts'

/** Hashes a file while it streams by, the way the hub named it. */
export interface FileHash {
  update(bytes: Uint8Array): void
  /** Why what went by is not the file, in words; undefined when it is, as far as the hub says. */
  findDamage(): string | undefined
}

export async function createFileHash(file: RemoteFile): Promise<FileHash> {
  let sizeBytes = 0
  const hash = await hasherOf(file)
  const wanted = file.sha256 ?? file.gitSha1
  return {
    update(bytes) {
      sizeBytes += bytes.length
      hash?.update(bytes)
    },
    findDamage() {
      if (sizeBytes !== file.sizeBytes) return `it has ${sizeBytes} bytes instead of ${file.sizeBytes}`
      if (hash === undefined || hash.digest('hex') === wanted) return undefined
      return file.sha256 === undefined ? 'its git hash differs' : 'its SHA-256 differs'
    },
  }
}

async function hasherOf(file: RemoteFile) {
  if (file.sha256 !== undefined) return (await createSHA256()).init()
  if (file.gitSha1 === undefined) return undefined
  return (await createSHA1()).init().update(utf8.encode(`blob ${file.sizeBytes}\0`))
}
