import type { JsonValue } from '../../contracts/index.ts'
import { isJsonObject } from '../../core/index.ts'
import { refusal } from './refusal.ts'

/** One bit of a list at a URL. @see W3C Bitstring Status List 1.0 section 2.1 */
export interface StatusEntry {
  id?: string
  type: 'BitstringStatusListEntry'
  statusPurpose: 'revocation' | 'suspension'
  /** A whole number in decimal. */
  statusListIndex: string
  /** The URL of the list. */
  statusListCredential: string
}

/** @throws {LumosError} `invalid-request` for anything but one entry that is understood: what is not, cannot be checked */
export function readStatusEntry(value: JsonValue): StatusEntry {
  if (!isJsonObject(value)) throw refusal('malformed', 'its status is not one entry')
  const { id, type, statusPurpose, statusListIndex, statusListCredential } = value
  if (type !== 'BitstringStatusListEntry') throw refusal('malformed', 'its status is of an unknown type')
  if (statusPurpose !== 'revocation' && statusPurpose !== 'suspension') {
    throw refusal('malformed', 'its status has an unknown purpose')
  }
  if (typeof statusListIndex !== 'string' || !/^(0|[1-9]\d{0,8})$/.test(statusListIndex)) {
    throw refusal('malformed', 'its status has no index')
  }
  if (typeof statusListCredential !== 'string' || !URL.canParse(statusListCredential)) {
    throw refusal('malformed', 'its status names no list')
  }
  const entry: StatusEntry = { type, statusPurpose, statusListIndex, statusListCredential }
  return typeof id === 'string' ? { id, ...entry } : entry
}
