import type { JsonObject, JsonValue } from '../../../contracts/index.ts'
import { isJsonObject } from '../../../core/index.ts'
import { refusal } from '../refusal.ts'
import { type Disclosure, digestOf } from './disclosure.ts'

export interface UnpackedClaims {
  /** The payload with every disclosure in its place, and no trace of the others. */
  claims: JsonObject
  /** Where each disclosure belongs, as a JSON Pointer into `claims`. */
  places: ReadonlyMap<string, Disclosure>
}

const maxDepth = 64

/**
 * The payload that an issuer signed, with what its holder disclosed.
 *
 * @throws {LumosError} when a disclosure has no place, or not the one for its kind; or a digest stands there twice
 * @see RFC 9901 section 7.1, step 3
 */
export async function unpackClaims(
  payload: JsonObject,
  disclosures: readonly Disclosure[],
): Promise<UnpackedClaims> {
  const { _sd_alg: algorithm = 'sha-256', ...signed } = payload
  if (algorithm !== 'sha-256') throw refusal('algorithm', 'its digests are not SHA-256')
  const byDigest = new Map<string, Disclosure>()
  for (const disclosure of disclosures) byDigest.set(await digestOf(disclosure.text), disclosure)
  const unpacking = new Unpacking(byDigest)
  const claims = unpacking.object(signed, '', 0)
  if (unpacking.places.size < disclosures.length)
    throw refusal('disclosure', 'a disclosure is there twice, or not of this credential')
  return { claims, places: unpacking.places }
}

class Unpacking {
  readonly places = new Map<string, Disclosure>()
  readonly #byDigest: ReadonlyMap<string, Disclosure>
  readonly #seen = new Set<string>()

  constructor(byDigest: ReadonlyMap<string, Disclosure>) {
    this.#byDigest = byDigest
  }

  object(value: JsonObject, pointer: string, depth: number): JsonObject {
    if (depth > maxDepth) throw refusal('malformed', 'its claims are nested too deeply')
    const { _sd: digests = [], ...open } = value
    if ('...' in open) throw refusal('malformed', 'a digest of an array stands outside one')
    if (!Array.isArray(digests)) throw refusal('malformed', 'its digests are malformed')
    const members = Object.entries(open).map(([name, member]): [string, JsonValue] => {
      return [name, this.#value(member as JsonValue, `${pointer}/${escaped(name)}`, depth + 1)]
    })
    const result = Object.fromEntries(members)
    for (const digest of digests) {
      const disclosure = this.#take(digest)
      if (disclosure === undefined) continue
      const { name } = disclosure
      if (name === undefined || Object.hasOwn(result, name)) {
        throw refusal('disclosure', 'a disclosed claim has no name, or one that is taken')
      }
      const place = `${pointer}/${escaped(name)}`
      this.places.set(place, disclosure)
      result[name] = this.#value(disclosure.value, place, depth + 1)
    }
    return result
  }

  #value(value: JsonValue, pointer: string, depth: number): JsonValue {
    if (Array.isArray(value)) return this.#array(value, pointer, depth)
    return isJsonObject(value) ? this.object(value, pointer, depth) : value
  }

  #array(elements: readonly JsonValue[], pointer: string, depth: number): JsonValue[] {
    if (depth > maxDepth) throw refusal('malformed', 'its claims are nested too deeply')
    const result: JsonValue[] = []
    for (const element of elements) {
      const place = `${pointer}/${result.length}`
      if (!isJsonObject(element) || !('...' in element)) {
        result.push(this.#value(element, place, depth + 1))
        continue
      }
      if (Object.keys(element).length > 1)
        throw refusal('malformed', 'a digest of an array has something beside it')
      const disclosure = this.#take(element['...'])
      if (disclosure === undefined) continue
      if (disclosure.name !== undefined) throw refusal('disclosure', 'a disclosed element has a name')
      this.places.set(place, disclosure)
      result.push(this.#value(disclosure.value, place, depth + 1))
    }
    return result
  }

  #take(digest: JsonValue | undefined): Disclosure | undefined {
    if (typeof digest !== 'string') throw refusal('malformed', 'its digests are malformed')
    if (this.#seen.has(digest)) throw refusal('disclosure', 'a digest is there twice')
    this.#seen.add(digest)
    return this.#byDigest.get(digest)
  }
}

/** @see RFC 6901 section 3 */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
