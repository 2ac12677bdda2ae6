import {
  type Clock,
  type Did,
  type JsonObject,
  LumosError,
  type PrincipalDid,
} from '../../../contracts/index.ts'
import { createSystemClock } from '../../../core/index.ts'
import type { StatusEntry } from '../status-entry.ts'
import { secondsOf } from '../times.ts'
import { signToken, type TokenSigner } from '../token.ts'
import { concealClaims } from './conceal-claims.ts'
import { confirmation, protocolMembers, sdCredentialType } from './sd-credential.ts'
import { joinSdJwt } from './sd-jwt-text.ts'

export interface IssueSdCredentialOptions {
  issuer: TokenSigner
  /** What it is, as a URI: `vct`. */
  type: string
  /** The key that may present it. */
  holder: Did
  /** Whom it is about. Without it nothing but the claims shown ties two presentations' persons together, beside the key. */
  subject?: PrincipalDid
  claims: JsonObject
  /** JSON Pointers of what the holder may show or keep: `/email`, `/address/country`, `/skills/0`. */
  disclosable: readonly string[]
  /** Digests of nothing among the others. @default 0 */
  decoyCount?: number
  /** From now on, in milliseconds. */
  validForMs: number
  status?: StatusEntry
  /** @default the machine's */
  clock?: Clock
}

/**
 * An SD-JWT VC with all its disclosures, for its holder, who presents parts of it: {@link presentSdCredential}.
 *
 * @throws {LumosError} `invalid-request`
 * @see RFC 9901 section 4; SD-JWT VC (draft-ietf-oauth-sd-jwt-vc)
 */
export async function issueSdCredential(options: IssueSdCredentialOptions): Promise<string> {
  const { issuer, type, holder, subject, claims, status, clock = createSystemClock() } = options
  const taken = [...protocolMembers, '_sd', '...'].find(name => Object.hasOwn(claims, name))
  if (taken !== undefined) throw new LumosError('invalid-request', `A claim cannot be called ${taken}.`)
  if (!(options.validForMs > 0))
    throw new LumosError('invalid-request', 'A credential needs some time to live.')
  const now = clock.now()
  const { payload, disclosures } = await concealClaims(claims, options.disclosable, options.decoyCount ?? 0)
  const jwt = await signToken(
    {
      ...payload,
      _sd_alg: 'sha-256',
      vct: type,
      iat: secondsOf(now),
      exp: secondsOf(now + options.validForMs),
      cnf: confirmation(holder),
      ...(subject !== undefined && { sub: subject }),
      ...(status !== undefined && { credentialStatus: { ...status } }),
    },
    { typ: sdCredentialType },
    issuer,
  )
  return joinSdJwt(
    jwt,
    disclosures.map(disclosure => disclosure.text),
  )
}
