import { randomBytes } from '#platform'
import type {
  Command,
  DelegationCid,
  Identity,
  PolicyStatement,
  PrincipalDid,
} from '../../contracts/index.ts'
import { base64url } from '../../core/index.ts'
import { type CompiledPolicy, compilePolicy } from '../policy/index.ts'
import { cidOf } from './cid.ts'
import { assertCommand } from './command.ts'
import { bytesFromToken, openEnvelope, sealEnvelope } from './envelope.ts'
import { readFields, readMap, readNonce, readTime } from './fields.ts'
import { assertPrincipalDid } from './principal.ts'

/** A permission passed on, well-formed. Whether its signature holds is not said here. */
export interface Delegation {
  readonly cid: DelegationCid
  /** base64url of its bytes; no other text names the same delegation. */
  readonly token: string
  readonly issuer: PrincipalDid
  readonly audience: PrincipalDid
  /** Whose resources it opens. `null`: whatever the link before it opens. @see UCAN 1.0, Powerline */
  readonly subject: PrincipalDid | null
  readonly command: Command
  /** Conditions on a request's parameters; all must hold. */
  readonly policy: readonly PolicyStatement[]
  /** @internal The policy, ready to be asked. */
  readonly conditions: CompiledPolicy
  /** Seconds since 1970, UTC. */
  readonly notBefore: number | undefined
  /** Seconds since 1970, UTC. `null`: until revoked. */
  readonly expiresAt: number | null
  readonly signature: Uint8Array
  readonly signedBytes: Uint8Array
}

export interface DelegationFields {
  audience: PrincipalDid
  subject: PrincipalDid | null
  command: Command
  /** @default no condition */
  policy?: readonly PolicyStatement[]
  /** Seconds since 1970, UTC. @default from the beginning of time */
  notBefore?: number
  /** Seconds since 1970, UTC. `null`: until revoked. */
  expiresAt: number | null
  /** The principal that a key of it signs for. @default the signer's own did:key */
  issuer?: PrincipalDid
  /** Signed with the rest; gives no permission. */
  meta?: Record<string, unknown>
  /** At most 64 bytes. @default 16 random bytes, so that no two delegations share a CID */
  nonce?: Uint8Array
}

const required = ['iss', 'aud', 'sub', 'cmd', 'pol', 'nonce', 'exp']
const optional = ['meta', 'nbf']

/**
 * Signs a delegation.
 *
 * @throws {LumosError} `invalid-request` for fields that no reader would take; `too-large`
 * @see UCAN 1.0 Delegation
 */
export async function issueDelegation(signer: Identity, fields: DelegationFields): Promise<Delegation> {
  const payload = {
    iss: fields.issuer ?? signer.did,
    aud: fields.audience,
    sub: fields.subject,
    cmd: fields.command,
    pol: fields.policy ?? [],
    nonce: fields.nonce ?? randomBytes(16),
    exp: fields.expiresAt,
    ...(fields.notBefore !== undefined && { nbf: fields.notBefore }),
    ...(fields.meta && { meta: fields.meta }),
  }
  return readDelegation(await sealEnvelope('dlg', payload, signer))
}

/**
 * Takes a hostile token apart, and refuses every form but the canonical one.
 *
 * @param token - base64url of a UCAN 1.0 delegation
 * @throws {LumosError} `too-large`, `malformed-frame`, `invalid-request`
 */
export async function decodeDelegation(token: string): Promise<Delegation> {
  return readDelegation(bytesFromToken(token))
}

async function readDelegation(bytes: Uint8Array): Promise<Delegation> {
  const { signature, signedBytes, payload } = openEnvelope('dlg', bytes)
  const fields = readFields(payload, { required, optional })
  readNonce(fields.nonce)
  if (fields.meta !== undefined) readMap(fields.meta, 'meta')
  const conditions = compilePolicy(fields.pol)
  return {
    issuer: assertPrincipalDid(fields.iss, 'issuer'),
    audience: assertPrincipalDid(fields.aud, 'audience'),
    subject: fields.sub === null ? null : assertPrincipalDid(fields.sub, 'subject'),
    command: assertCommand(fields.cmd),
    policy: conditions.source,
    conditions,
    notBefore: fields.nbf === undefined ? undefined : readTime(fields.nbf, 'nbf'),
    expiresAt: fields.exp === null ? null : readTime(fields.exp, 'exp'),
    signature,
    signedBytes,
    token: base64url.encode(bytes),
    cid: await cidOf(bytes),
  }
}
