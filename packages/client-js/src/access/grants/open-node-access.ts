import {
  type Clock,
  type Command,
  type Identity,
  type KeyDirectory,
  LumosError,
  type Store,
  type Verifier,
} from '../../contracts/index.ts'
import { createSystemClock, defaultPublicCommands, isDid } from '../../core/index.ts'
import { createVerifier } from '../../identity/create-verifier.ts'
import type { RevocationFreshness } from '../chain/index.ts'
import { createAccessControl } from '../create-access-control.ts'
import { StoreRevocationList } from '../revocations/index.ts'
import { ClaimCodes } from './claim-codes.ts'
import { GrantBook } from './grant-book.ts'
import { KeptNodeAccess, type NodeAccess } from './node-access.ts'

export interface NodeAccessOptions {
  /** The node's own. It may do everything there. */
  identity: Identity
  /** Keeps grants, revocations and the hash of a claim code. The giver stops it. */
  store: Store
  /**
   * What anybody who can prove who they are may do, with what is theirs. `[]`: nothing without a permission.
   *
   * @default using agents, runs, threads, tools and models; see `defaultPublicCommands`
   */
  publicCommands?: readonly Command[]
  /** Who speaks for organisations and for people with several devices. @default nobody: each key for itself */
  keys?: KeyDirectory
  /** How well revocations made elsewhere are known. @default what is in the node's own list is all there is */
  freshness?: RevocationFreshness
  /** How many grants are kept; one that opens nothing any more makes room. @default 10,000 */
  maxGrants?: number
  /** @default checks Ed25519 did:keys */
  verifier?: Verifier
  /** @default the machine's clock */
  clock?: Clock
}

/**
 * The permissions of a node, as its store holds them.
 *
 * @throws {LumosError} `storage-failed`; `invalid-request` for a public command that is none
 * @see spec/capabilities.md
 */
export async function openNodeAccess(options: NodeAccessOptions): Promise<NodeAccess> {
  const {
    identity,
    store,
    publicCommands = defaultPublicCommands,
    keys = keysOnly,
    verifier = createVerifier(),
    clock = createSystemClock(),
  } = options
  const grants = await GrantBook.open({ store, clock, maxGrants: options.maxGrants ?? 10_000 })
  const revocations = await StoreRevocationList.open({ store, verifier, keys, clock })
  const authorizer = createAccessControl({
    nodeId: identity.did,
    verifier,
    keys,
    clock,
    publicCommands,
    grants: grants.index,
    revocations,
    ...(options.freshness && { freshness: options.freshness }),
  })
  const claimCodes = new ClaimCodes(store, clock)
  return new KeptNodeAccess({ identity, authorizer, publicCommands, grants, revocations, claimCodes, clock })
}

const keysOnly: KeyDirectory = {
  keysOf(principal) {
    if (isDid(principal)) return [principal]
    throw new LumosError('identity-unavailable', 'This node knows did:keys only.')
  },
}
