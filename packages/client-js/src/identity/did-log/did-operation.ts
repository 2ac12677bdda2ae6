import type { Did, PrincipalDid } from '../../contracts/index.ts'

/** The version of the format, and what keeps its signatures apart from all others that a key makes. */
export const didLogProtocol = 'did:lumos/1'

/** CIDv1 (json, sha2-256) in base32 of an operation's canonical JSON, signature included. */
export type DidOperationCid = string

/** A did:lumos: `did:lumos:` and the CID of the log's first operation. */
export type LumosDid = Exclude<PrincipalDid, Did>

export interface DidDevice {
  key: Did
  /** What its owner calls it, 1 to 64 characters. Whoever has the log can read it. */
  label: string
}

/** What one operation does. @see spec/did-lumos.md#operations */
export type DidChange =
  | { type: 'add-device'; key: Did; label: string }
  | { type: 'remove-device'; key: Did }
  | { type: 'rotate-recovery'; recoveryKeys: Did[] }
  | { type: 'deactivate' }

export interface DidCreation {
  type: 'create'
  /** Most senior first. */
  devices: DidDevice[]
  recoveryKeys: Did[]
}

export interface DidOperationFrame {
  protocol: typeof didLogProtocol
  prev: DidOperationCid | null
  /** ISO 8601, UTC, milliseconds; never before the operation it follows. What its signer claims. */
  at: string
  signer: Did
  /** Ed25519 over the canonical JSON of the other members, base64url. */
  signature: string
}

export type DidOperation = DidOperationFrame & (DidCreation | DidChange)

/** The history of one did:lumos, oldest first; each operation names the one before. */
export type DidLog = readonly DidOperation[]
