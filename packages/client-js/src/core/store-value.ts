import { type JsonValue, LumosError } from '../contracts/index.ts'

/**
 * The JSON text of a value, for stores that keep text.
 *
 * @throws {LumosError} `invalid-request` for what has none: a function, a cycle
 */
export function encodeStoreValue(value: JsonValue): string {
  try {
    const text: string | undefined = JSON.stringify(value)
    if (text !== undefined) return text
  } catch (cause) {
    throw new LumosError('invalid-request', 'The value has no JSON form.', { cause })
  }
  throw new LumosError('invalid-request', 'The value has no JSON form.')
}
