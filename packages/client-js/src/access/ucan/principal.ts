import { LumosError, type PrincipalDid } from '../../contracts/index.ts'
import { isDid } from '../../core/index.ts'

// DID Core, section 3.1, without path, query and fragment: those would name a part of a principal.
const pattern = /^did:([a-z0-9]+):(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2}|:(?!$))+$/
const maxLength = 512

/** Whether `value` has the form of a DID, and if a did:key, of an Ed25519 key. */
export function isPrincipalDid(value: unknown): value is PrincipalDid {
  if (typeof value !== 'string' || value.length > maxLength) return false
  const [, method] = pattern.exec(value) ?? []
  return method === 'key' ? isDid(value) : method !== undefined
}

/** @throws {LumosError} `invalid-request` */
export function assertPrincipalDid(value: unknown, what: string): PrincipalDid {
  if (isPrincipalDid(value)) return value
  throw new LumosError('invalid-request', `The ${what} is not a DID that can hold permissions.`)
}
