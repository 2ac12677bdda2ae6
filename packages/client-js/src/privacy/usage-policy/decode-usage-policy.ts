import {
  type Did,
  type InferenceRule,
  type JsonObject,
  type JsonValue,
  LumosError,
  type PrincipalDid,
  type SignedUsagePolicy,
  type UsagePlace,
  type UsagePolicy,
  type UsagePrincipal,
  type UsageRule,
} from '../../contracts/index.ts'
import { isDid, isJsonObject } from '../../core/index.ts'

/** How many principals one rule may name. A group stands for more. */
export const maxPrincipals = 256

const places = ['local', 'cloud', 'peer']
const principalPattern = /^did:(key|web|lumos):[\w.%:-]{1,240}$/
const groupPattern = /^group:[\w.:~-]{1,128}$/
const namePattern = /^[a-z]+\/[\w.:~-]{1,128}$/
// Of the last character four bits are unused: it has four forms only, so that bytes have one text.
const signaturePattern = /^[\w-]{85}[AQgw]$/

/**
 * The policy that hostile JSON holds: these members and no others.
 *
 * @throws {LumosError} `invalid-request`, saying which member
 */
export function decodeUsagePolicy(value: unknown): UsagePolicy {
  const members = objectOf(value, 'policy', ['read', 'inference', 'learning', 'share'], ['until'])
  return {
    read: decodeRule(members.read, 'read'),
    inference: decodeInference(members.inference),
    learning: decodeRule(members.learning, 'learning'),
    share: decodeRule(members.share, 'share'),
    ...decodeUntil(members, 'policy'),
  }
}

/**
 * A signed policy as it travels. Whether the signature is good, `verifyUsagePolicy` says.
 *
 * @throws {LumosError} `invalid-request`, saying which member
 */
export function decodeSignedUsagePolicy(value: unknown): SignedUsagePolicy {
  const names = ['type', 'owner', 'resource', 'version', 'policy', 'issuedAt', 'issuer', 'signature']
  const signed = objectOf(value, 'signed policy', names, [])
  const { type, owner, resource, version, issuedAt, issuer, signature } = signed
  if (type !== 'lumos-usage/1') throw invalid('type', 'expected lumos-usage/1')
  if (!isPrincipal(owner)) throw invalid('owner', 'expected a DID')
  if (!isResourceName(resource)) throw invalid('resource', 'expected a kind, a slash and an id')
  if (!Number.isSafeInteger(version) || (version as number) < 1)
    throw invalid('version', 'expected 1 or more')
  if (!isTimestamp(issuedAt)) throw invalid('issuedAt', 'expected a time')
  if (!isDid(issuer)) throw invalid('issuer', 'expected a did:key')
  if (!isSignature(signature)) throw invalid('signature', 'expected 64 bytes in base64url')
  const policy = decodeUsagePolicy(signed.policy)
  return {
    type,
    owner,
    resource,
    version: version as number,
    policy,
    issuedAt,
    issuer: issuer as Did,
    signature,
  }
}

export function isSignedUsagePolicy(value: unknown): value is SignedUsagePolicy {
  try {
    decodeSignedUsagePolicy(value)
    return true
  } catch {
    return false
  }
}

/** Whether `value` is the one way to write a time: `2026-11-24T12:00:00.000Z`. */
export function isTimestamp(value: unknown): value is string {
  if (typeof value !== 'string' || value.length !== 24) return false
  const time = Date.parse(value)
  return !Number.isNaN(time) && new Date(time).toISOString() === value
}

/** Whether `value` names a piece of data: its kind and its id, `thread/holiday`. */
export function isResourceName(value: unknown): value is string {
  return typeof value === 'string' && namePattern.test(value)
}

function isSignature(value: unknown): value is string {
  return typeof value === 'string' && signaturePattern.test(value)
}

function isPrincipal(value: unknown): value is PrincipalDid {
  return typeof value === 'string' && principalPattern.test(value)
}

function isUsagePrincipal(value: unknown): value is UsagePrincipal {
  if (value === 'anyone' || value === 'owner' || isPrincipal(value)) return true
  return typeof value === 'string' && groupPattern.test(value)
}

function decodeRule(value: unknown, name: string): UsageRule {
  const members = objectOf(value, name, ['principals'], ['until'])
  return { principals: decodePrincipals(members.principals, name), ...decodeUntil(members, name) }
}

function decodeInference(value: unknown): InferenceRule {
  const name = 'inference'
  const members = objectOf(value, name, ['principals'], ['until', 'places'])
  const principals = decodePrincipals(members.principals, name)
  const rule = { principals, ...decodeUntil(members, name) }
  if (members.places === undefined) return rule
  const isPlace = (place: unknown) => typeof place === 'string' && places.includes(place)
  return { ...rule, places: listOf(members.places, `${name}.places`, isPlace, places.length) as UsagePlace[] }
}

function decodePrincipals(value: unknown, name: string): UsagePrincipal[] {
  return listOf(value, `${name}.principals`, isUsagePrincipal, maxPrincipals) as UsagePrincipal[]
}

function decodeUntil(members: JsonObject, name: string): { until?: string } {
  const { until } = members
  if (until === undefined) return {}
  if (!isTimestamp(until)) throw invalid(`${name}.until`, 'expected a time such as 2027-01-01T00:00:00.000Z')
  return { until }
}

function listOf(value: unknown, name: string, isItem: (item: unknown) => boolean, maxLength: number) {
  if (!Array.isArray(value) || value.length > maxLength || !value.every(isItem)) {
    throw invalid(name, `expected a list of at most ${maxLength}, each of its kind`)
  }
  if (new Set(value).size !== value.length) throw invalid(name, 'something is listed twice')
  return [...value]
}

function objectOf(value: unknown, name: string, required: string[], optional: string[]): JsonObject {
  if (!isJsonObject(value as JsonValue)) throw invalid(name, 'expected an object')
  const object = value as JsonObject
  for (const member of required) {
    if (!Object.hasOwn(object, member)) throw invalid(`${name}.${member}`, 'it is missing')
  }
  for (const member of Object.keys(object)) {
    if (object[member] === undefined && optional.includes(member)) continue
    if (![...required, ...optional].includes(member))
      throw invalid(name, `unknown member ${member.slice(0, 32)}`)
  }
  return object
}

function invalid(member: string, why: string): LumosError {
  return new LumosError('invalid-request', `The usage policy is not valid: ${member}: ${why}.`)
}
