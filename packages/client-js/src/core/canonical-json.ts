import canonicalize from 'canonicalize'
import { LumosError } from '../contracts/index.ts'

/**
 * The one JSON text of a value: members sorted by UTF-16 code unit, no white space, ECMAScript numbers.
 *
 * @throws {LumosError} `invalid-request` for what JSON cannot say: NaN, a cycle, half a surrogate pair, undefined
 * @see RFC 8785
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined
  try {
    text = canonicalize(value)
  } catch (cause) {
    throw new LumosError('invalid-request', 'The value has no canonical JSON form.', { cause })
  }
  if (text === undefined) throw new LumosError('invalid-request', 'The value has no JSON form.')
  return text
}
