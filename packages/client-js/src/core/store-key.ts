import { LumosError } from '../contracts/index.ts'

const pattern = /^[\x21-\x7e]{1,512}$/

/** @throws {LumosError} `invalid-request` unless `key` is 1 to 512 printable ASCII characters */
export function assertStoreKey(key: string): void {
  if (pattern.test(key)) return
  throw new LumosError('invalid-request', 'A store key has 1 to 512 characters from ! to ~.', {
    details: { key: key.slice(0, 64) },
  })
}

/**
 * A key of parts joined by `/`, whatever characters they hold: no two lists of parts give the same key.
 *
 * @throws {LumosError} `invalid-request` for a part that is empty or not well-formed Unicode
 */
export function storeKey(...parts: string[]): string {
  const isUsable = parts.every(part => part !== '' && part.isWellFormed())
  if (!isUsable) throw new LumosError('invalid-request', 'An id must be well-formed text, not empty.')
  // The colons of a DID stay readable.
  return parts.map(part => encodeURIComponent(part).replaceAll('%3A', ':')).join('/')
}
