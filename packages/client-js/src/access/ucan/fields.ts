import { LumosError } from '../../contracts/index.ts'

const maxNonceBytes = 64

/** A map with text keys, as dag-cbor gives it. */
export type Fields = Record<string, unknown>

/** @throws {LumosError} `invalid-request` unless `value` is a map that has each of `required` and nothing unknown */
export function readFields(
  value: unknown,
  { required, optional }: { required: string[]; optional: string[] },
): Fields {
  const fields = readMap(value, 'payload')
  const missing = required.find(name => !Object.hasOwn(fields, name))
  if (missing !== undefined) throw invalid(`it lacks "${missing}"`)
  const unknown = Object.keys(fields).find(name => !required.includes(name) && !optional.includes(name))
  if (unknown !== undefined) throw invalid(`"${unknown.slice(0, 40)}" is not a field of it`)
  return fields
}

/** @throws {LumosError} `invalid-request` for a list, a link, bytes and all that is no map */
export function readMap(value: unknown, what: string): Fields {
  const isMap =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  if (!isMap) throw invalid(`its ${what} is not a map`)
  return value as Fields
}

/** @throws {LumosError} `invalid-request` */
export function readList(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(`its ${what} are not a list`)
  return value
}

/** Seconds since 1970, UTC. @see UCAN 1.0, Time Bounds */
export function readTime(value: unknown, name: string): number {
  if (!Number.isSafeInteger(value)) throw invalid(`"${name}" is not a whole number of seconds`)
  return value as number
}

export function readNonce(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw invalid('its nonce is not bytes')
  if (value.length > maxNonceBytes) throw invalid(`its nonce has more than ${maxNonceBytes} bytes`)
  return value
}

function invalid(why: string): LumosError {
  return new LumosError('invalid-request', `The token is not valid: ${why}.`)
}
