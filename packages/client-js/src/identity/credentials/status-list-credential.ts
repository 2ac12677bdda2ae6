import type { Resolvable } from 'did-resolver'
import {
  type AbortOptions,
  type Clock,
  type JsonObject,
  LumosError,
  type PrincipalDid,
} from '../../contracts/index.ts'
import { createSystemClock, isJsonObject } from '../../core/index.ts'
import { checkContext, credentialsContext, listOfText } from './credential.ts'
import { refusal } from './refusal.ts'
import type { StatusEntry } from './status-entry.ts'
import { StatusList } from './status-list.ts'
import { assertNow, millisecondsOf, secondsOf, timeText } from './times.ts'
import { readToken, signToken, type TokenSigner, verifyToken } from './token.ts'

export type StatusPurpose = StatusEntry['statusPurpose']

export interface IssueStatusListOptions {
  issuer: TokenSigner
  list: StatusList
  /** Where it will be found. */
  url: string
  purpose: StatusPurpose
  /** After which nobody believes it any more, in milliseconds. */
  validForMs: number
  /** @default the machine's */
  clock?: Clock
}

/** A status list as a signed credential: what to serve at its URL. @see W3C Bitstring Status List 1.0 section 2.2 */
export async function issueStatusList(options: IssueStatusListOptions): Promise<string> {
  const { issuer, list, url, purpose, validForMs, clock = createSystemClock() } = options
  if (!(validForMs > 0)) throw new LumosError('invalid-request', 'A status list needs some time to live.')
  const now = clock.now()
  const payload: JsonObject = {
    '@context': [credentialsContext],
    id: url,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: issuer.did,
    validFrom: timeText(now),
    validUntil: timeText(now + validForMs),
    credentialSubject: {
      id: `${url}#list`,
      type: 'BitstringStatusList',
      statusPurpose: purpose,
      encodedList: await list.encode(),
    },
    iat: secondsOf(now),
  }
  return signToken(payload, { typ: 'vc+jwt', cty: 'vc' }, issuer)
}

export interface VerifiedStatusList {
  list: StatusList
  purpose: StatusPurpose
  /** Milliseconds since 1970, UTC. */
  validUntil: number
}

/**
 * The list that `issuer` publishes at `url`, from hostile text.
 *
 * @throws {LumosError} `invalid-request`, `invalid-proof`, `identity-unavailable`
 */
export async function verifyStatusList(
  jwt: unknown,
  expected: { url: string; issuer: PrincipalDid; resolver: Resolvable; clock: Clock },
  options: AbortOptions = {},
): Promise<VerifiedStatusList> {
  const token = readToken(jwt, 'vc+jwt')
  const { id, type, issuer, validFrom, validUntil, credentialSubject } = token.payload
  checkContext(token.payload['@context'])
  if (!listOfText(type).includes('BitstringStatusListCredential'))
    throw refusal('type', 'it is no status list')
  if (id !== expected.url) throw refusal('malformed', 'it is the list of another place')
  if (issuer !== expected.issuer) throw refusal('untrusted-issuer', 'a list is somebody else’s')
  const until = millisecondsOf(validUntil)
  assertNow({ from: millisecondsOf(validFrom), until }, expected.clock.now())
  const { resolver } = expected
  await verifyToken(token, expected.issuer, { ...options, purpose: 'assertionMethod', resolver })
  if (!isJsonObject(credentialSubject)) throw refusal('malformed', 'it holds no list')
  const { type: subjectType, statusPurpose, encodedList } = credentialSubject
  const isPurpose = statusPurpose === 'revocation' || statusPurpose === 'suspension'
  if (subjectType !== 'BitstringStatusList' || !isPurpose || typeof encodedList !== 'string') {
    throw refusal('malformed', 'it holds no list')
  }
  return { list: await StatusList.decode(encodedList), purpose: statusPurpose, validUntil: until }
}
