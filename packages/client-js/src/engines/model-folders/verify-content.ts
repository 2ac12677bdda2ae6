import { utf8 } from '../../core/index.ts'
import type { RemoteFile } from './download-record.ts'

/** Why `bytes` are not the file, in words; undefined when they are, as far as the hub says. */
export async function findDamage(
  bytes: Uint8Array<ArrayBuffer>,
  file: RemoteFile,
): Promise<string | undefined> {
  if (bytes.length !== file.sizeBytes) return `it has ${bytes.length} bytes instead of ${file.sizeBytes}`
  if (file.sha256 !== undefined) {
    return (await hexDigest('SHA-256', bytes)) === file.sha256 ? undefined : 'its SHA-256 differs'
  }
  if (file.gitSha1 === undefined) return undefined
  const blob = new Blob([utf8.encode(`blob ${bytes.length}\0`), bytes])
  const digest = await hexDigest('SHA-1', new Uint8Array(await blob.arrayBuffer()))
  return digest === file.gitSha1 ? undefined : 'its git hash differs'
}

async function hexDigest(algorithm: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest(algorithm, bytes))
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
}
