import { randomBytes } from '#platform'
import type { Command, DelegationCid, Identity, PrincipalDid } from '../../contracts/index.ts'
import { base64url } from '../../core/index.ts'
import { cidFromLink, cidOf, linkFromCid } from './cid.ts'
import { assertCommand } from './command.ts'
import { bytesFromToken, openEnvelope, sealEnvelope } from './envelope.ts'
import { readFields, readList, readMap, readNonce, readTime } from './fields.ts'
import { assertPrincipalDid } from './principal.ts'

/** Something asked for, well-formed. Whether its signature holds, and whether it may be, is not said here. */
export interface Invocation {
  readonly cid: string
  /** base64url of its bytes; no other text names the same invocation. */
  readonly token: string
  readonly issuer: PrincipalDid
  readonly subject: PrincipalDid
  /** Who is to do it. Absent: the subject. */
  readonly audience: PrincipalDid | undefined
  readonly command: Command
  readonly args: Record<string, unknown>
  /** The delegations it rests on, the root's first. */
  readonly proofs: readonly DelegationCid[]
  /** Seconds since 1970, UTC. `null`: it stays true. */
  readonly expiresAt: number | null
  readonly signature: Uint8Array
  readonly signedBytes: Uint8Array
}

export interface InvocationFields {
  subject: PrincipalDid
  command: Command
  args: Record<string, unknown>
  audience?: PrincipalDid
  proofs?: readonly DelegationCid[]
  /** Seconds since 1970, UTC. */
  expiresAt: number | null
  /** The principal that a key of it signs for. @default the signer's own did:key */
  issuer?: PrincipalDid
  /** At most 64 bytes; empty where a second time changes nothing. @default 16 random bytes */
  nonce?: Uint8Array
}

const required = ['iss', 'sub', 'cmd', 'args', 'prf', 'nonce', 'exp']
const optional = ['aud', 'meta', 'iat', 'cause']

/**
 * Signs an invocation. Requests to a node are envelopes of our own; this is for statements that travel, like
 * revocations.
 *
 * @throws {LumosError} `invalid-request`, `too-large`
 * @see UCAN 1.0 Invocation
 */
export async function issueInvocation(signer: Identity, fields: InvocationFields): Promise<Invocation> {
  const payload = {
    iss: fields.issuer ?? signer.did,
    sub: fields.subject,
    cmd: fields.command,
    args: fields.args,
    prf: (fields.proofs ?? []).map(linkFromCid),
    nonce: fields.nonce ?? randomBytes(16),
    exp: fields.expiresAt,
    ...(fields.audience && { aud: fields.audience }),
  }
  return readInvocation(await sealEnvelope('inv', payload, signer))
}

/**
 * Takes a hostile token apart, and refuses every form but the canonical one.
 *
 * @param token - base64url of a UCAN 1.0 invocation
 * @throws {LumosError} `too-large`, `malformed-frame`, `invalid-request`
 */
export async function decodeInvocation(token: string): Promise<Invocation> {
  return readInvocation(bytesFromToken(token))
}

async function readInvocation(bytes: Uint8Array): Promise<Invocation> {
  const { signature, signedBytes, payload } = openEnvelope('inv', bytes)
  const fields = readFields(payload, { required, optional })
  readNonce(fields.nonce)
  if (fields.meta !== undefined) readMap(fields.meta, 'meta')
  if (fields.iat !== undefined) readTime(fields.iat, 'iat')
  if (fields.cause !== undefined) cidFromLink(fields.cause)
  return {
    issuer: assertPrincipalDid(fields.iss, 'issuer'),
    subject: assertPrincipalDid(fields.sub, 'subject'),
    audience: fields.aud === undefined ? undefined : assertPrincipalDid(fields.aud, 'audience'),
    command: assertCommand(fields.cmd),
    args: readMap(fields.args, 'args'),
    proofs: readList(fields.prf, 'proofs').map(cidFromLink),
    expiresAt: fields.exp === null ? null : readTime(fields.exp, 'exp'),
    signature,
    signedBytes,
    token: base64url.encode(bytes),
    cid: await cidOf(bytes),
  }
}
