import { LumosError } from '../../../contracts/index.ts'
import { refusal } from '../refusal.ts'

/** The parts of an SD-JWT, or of one with a key binding at its end. @see RFC 9901 section 4 */
export interface SdJwtParts {
  /** The issuer's JWT. */
  jwt: string
  /** As they travel, in their order. */
  disclosures: readonly string[]
  /** The holder's JWT; absent where there is none. */
  binding?: string
}

const maxTextLength = 256 * 1024
const maxDisclosures = 256

/** @throws {LumosError} `invalid-request`, `too-large` */
export function splitSdJwt(text: unknown): SdJwtParts {
  if (typeof text !== 'string') throw refusal('malformed', 'it is no text')
  if (text.length > maxTextLength) throw new LumosError('too-large', 'The credential is larger than 256 KiB.')
  const [jwt = '', ...rest] = text.split('~')
  const binding = rest.pop()
  if (binding === undefined) throw refusal('malformed', 'it is no SD-JWT')
  if (rest.length > maxDisclosures)
    throw new LumosError('too-large', `It has over ${maxDisclosures} disclosures.`)
  return { jwt, disclosures: rest, ...(binding !== '' && { binding }) }
}

/** Without a key binding: what one is made over. */
export function joinSdJwt(jwt: string, disclosures: readonly string[]): string {
  return [jwt, ...disclosures, ''].join('~')
}
