import { type JsonObject, type JsonValue, LumosError } from '../../../contracts/index.ts'
import { base64url, isJsonObject } from '../../../core/index.ts'
import { createDisclosure, type Disclosure, digestOf } from './disclosure.ts'

export interface ConcealedClaims {
  /** What the issuer signs: digests stand for what its holder may keep. */
  payload: JsonObject
  disclosures: Disclosure[]
}

/**
 * Puts digests in the place of claims, and of elements of arrays.
 *
 * @param pointers - JSON Pointers (RFC 6901) of what its holder may show or keep, for instance `/email`, `/address/country`,
 *   `/skills/0`; where one lies inside another, each is shown only with the one around it
 * @param decoyCount - how many digests of nothing stand among them, so that nobody counts what was kept
 * @throws {LumosError} `invalid-request` for a pointer to nothing
 */
export async function concealClaims(
  claims: JsonObject,
  pointers: readonly string[],
  decoyCount: number,
): Promise<ConcealedClaims> {
  const payload = structuredClone(claims)
  const disclosures: Disclosure[] = []
  // The innermost first: a claim is concealed with the digests of what is concealed inside it.
  const paths = [...new Set(pointers)].map(segmentsOf).sort((a, b) => b.length - a.length)
  for (const path of paths) disclosures.push(await conceal(payload, path))
  for (let count = 0; count < decoyCount; count++) addDigest(payload, await decoy())
  return { payload, disclosures }
}

async function conceal(payload: JsonObject, path: readonly string[]): Promise<Disclosure> {
  const last = path.at(-1) as string
  const parent = path.slice(0, -1).reduce<JsonValue | undefined>(childOf, payload)
  const value = childOf(parent, last)
  if (value === undefined) throw new LumosError('invalid-request', `There is no claim at /${path.join('/')}.`)
  if (Array.isArray(parent)) {
    const disclosure = createDisclosure(value)
    parent[Number(last)] = { '...': await digestOf(disclosure.text) }
    return disclosure
  }
  const disclosure = createDisclosure(value, last)
  delete (parent as JsonObject)[last]
  addDigest(parent as JsonObject, await digestOf(disclosure.text))
  return disclosure
}

/** Sorted, so that their order says nothing of what they stand for. */
function addDigest(object: JsonObject, digest: string): void {
  const digests = (object._sd ?? []) as string[]
  object._sd = [...digests, digest].sort()
}

function decoy(): Promise<string> {
  return digestOf(base64url.encode(crypto.getRandomValues(new Uint8Array(32))))
}

function childOf(parent: JsonValue | undefined, name: string): JsonValue | undefined {
  if (Array.isArray(parent)) return /^(0|[1-9]\d*)$/.test(name) ? parent[Number(name)] : undefined
  return isJsonObject(parent) && Object.hasOwn(parent, name) ? parent[name] : undefined
}

function segmentsOf(pointer: string): string[] {
  if (!pointer.startsWith('/')) throw new LumosError('invalid-request', `Not a JSON Pointer: ${pointer}`)
  return pointer
    .slice(1)
    .split('/')
    .map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}
