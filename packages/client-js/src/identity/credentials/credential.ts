import type { JsonObject, JsonValue, PrincipalDid } from '../../contracts/index.ts'
import { isJsonObject } from '../../core/index.ts'
import { refusal } from './refusal.ts'
import { readStatusEntry, type StatusEntry } from './status-entry.ts'
import { millisecondsOf } from './times.ts'

export const credentialsContext = 'https://www.w3.org/ns/credentials/v2'

/** A verifiable credential of one subject. @see W3C Verifiable Credentials Data Model 2.0 */
export interface Credential {
  /** A URL of its own, if it has one. */
  id?: string
  /** What it is, beside `VerifiableCredential`: for instance `TeamMembershipCredential`. */
  types: readonly string[]
  issuer: PrincipalDid
  /** Whom it is about: who may present it. */
  subject: PrincipalDid
  /** What it says about the subject. */
  claims: JsonObject
  /** ISO 8601, UTC. */
  validFrom: string
  /** ISO 8601, UTC. */
  validUntil: string
  /** Where to see whether it was revoked. */
  status?: StatusEntry
}

/** A credential in the words of the data model. */
export function credentialObject(credential: Credential): JsonObject {
  const { id, types, issuer, subject, claims, validFrom, validUntil, status } = credential
  return {
    '@context': [credentialsContext],
    ...(id !== undefined && { id }),
    type: ['VerifiableCredential', ...types],
    issuer,
    validFrom,
    validUntil,
    credentialSubject: { ...claims, id: subject },
    ...(status !== undefined && { credentialStatus: { ...status } }),
  }
}

/**
 * The credential that hostile JSON says, if it says one: of one subject, with an end, in the vocabulary of 2.0.
 *
 * @throws {LumosError} `invalid-request`
 */
export function readCredential(value: JsonObject): Credential {
  const { id, type, issuer, validFrom, validUntil, credentialSubject, credentialStatus } = value
  checkContext(value['@context'])
  const types = listOfText(type)
  if (!types.includes('VerifiableCredential')) throw malformed('it is no VerifiableCredential')
  if (!isJsonObject(credentialSubject)) throw malformed('it has not one subject')
  const { id: subject, ...claims } = credentialSubject
  for (const time of [validFrom, validUntil]) millisecondsOf(time)
  return {
    ...(id !== undefined && { id: text(id) }),
    types: types.filter(name => name !== 'VerifiableCredential'),
    issuer: text(isJsonObject(issuer) ? issuer.id : issuer) as PrincipalDid,
    subject: text(subject) as PrincipalDid,
    claims,
    validFrom: text(validFrom),
    validUntil: text(validUntil),
    ...(credentialStatus !== undefined && { status: readStatusEntry(credentialStatus) }),
  }
}

export function checkContext(context: JsonValue | undefined): void {
  const first = Array.isArray(context) ? context[0] : undefined
  if (first !== credentialsContext) throw malformed('it is not of the data model 2.0')
}

export function listOfText(value: JsonValue | undefined): string[] {
  const list = Array.isArray(value) ? value : [value]
  return list.map(item => text(item))
}

export function text(value: JsonValue | undefined): string {
  if (typeof value !== 'string' || value === '' || value.length > 2048) throw malformed('a member is no text')
  return value
}

function malformed(why: string) {
  return refusal('malformed', why)
}
