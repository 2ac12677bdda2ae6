import type { JsonValue } from '../contracts/index.ts'
import { isDid, isJsonObject } from '../core/index.ts'
import { idPattern, maxNameLength, maxProofLength, traceparentPattern } from './schemas.ts'

/** Without a proof. */
const plainMemberCount = 10

/**
 * A quick yes for envelopes without optional members, which is most of them. Whatever gets a no is for the schema to
 * judge; whatever gets a yes passes it too.
 */
export function isPlainEnvelope(value: JsonValue, isSigned: boolean): boolean {
  const memberCount = plainMemberCount + (isSigned ? 1 : 0)
  if (!isJsonObject(value) || Object.keys(value).length !== memberCount) return false
  return (
    isText(value.protocol, maxNameLength) &&
    matches(value.id, idPattern) &&
    isText(value.verb, maxNameLength) &&
    isJsonObject(value.params) &&
    isDid(value.issuer) &&
    isDid(value.audience) &&
    isTime(value.issuedAt) &&
    isTime(value.deadline) &&
    matches(value.idempotencyKey, idPattern) &&
    matches(value.traceparent, traceparentPattern) &&
    (!isSigned || isText(value.proof, maxProofLength))
  )
}

function isText(value: JsonValue | undefined, maxLength: number): boolean {
  return typeof value === 'string' && value.length <= maxLength
}

function matches(value: JsonValue | undefined, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value)
}

function isTime(value: JsonValue | undefined): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
