import {
  type AbortOptions,
  type AccessKeeper,
  type Authorizer,
  type Clock,
  type Command,
  type DelegationCid,
  type Did,
  type Grant,
  type GrantRequest,
  type Identity,
  LumosError,
} from '../../contracts/index.ts'
import { issueRevocation, type StoreRevocationList } from '../revocations/index.ts'
import type { ClaimCode, ClaimCodes } from './claim-codes.ts'
import { signGrant } from './delegate-grant.ts'
import type { GrantBook } from './grant-book.ts'

/** A node's permissions: what stands at its door, and what its owners give and take back. */
export interface NodeAccess extends AccessKeeper {
  /** For `createHost`. */
  readonly authorizer: Authorizer
  /** Whether somebody holds all of the node now. */
  hasOwner(): boolean
  /** What makes the first who hands it in an owner; undefined when the node has one. */
  createClaimCode(): Promise<ClaimCode | undefined>
}

export interface NodeAccessParts {
  /** The node's own: signs what it gives. */
  identity: Identity
  authorizer: Authorizer
  publicCommands: readonly Command[]
  grants: GrantBook
  revocations: StoreRevocationList
  claimCodes: ClaimCodes
  clock: Clock
}

export class KeptNodeAccess implements NodeAccess {
  readonly #parts: NodeAccessParts

  constructor(parts: NodeAccessParts) {
    this.#parts = parts
  }

  get authorizer(): Authorizer {
    return this.#parts.authorizer
  }

  get revocations(): StoreRevocationList {
    return this.#parts.revocations
  }

  publicCommands(): readonly Command[] {
    return this.#parts.publicCommands
  }

  hasOwner(): boolean {
    const { grants } = this.#parts
    return grants.list().some(grant => isOfAll(grant) && grants.isActive(grant))
  }

  async createClaimCode(): Promise<ClaimCode | undefined> {
    return this.hasOwner() ? undefined : this.#parts.claimCodes.create()
  }

  async listGrants({ signal }: AbortOptions = {}): Promise<Grant[]> {
    signal?.throwIfAborted()
    return this.#parts.grants.list()
  }

  async grant(request: GrantRequest, options: AbortOptions = {}): Promise<Grant> {
    const { identity, clock, grants } = this.#parts
    const { grant, delegation } = await signGrant(identity, { ...request, subject: identity.did }, clock)
    options.signal?.throwIfAborted()
    await grants.add(grant, delegation, options)
    return grant
  }

  async revoke(cid: DelegationCid, options: AbortOptions = {}): Promise<Grant> {
    const { identity, grants, revocations } = this.#parts
    const grant = grants.get(cid)
    if (grant === undefined) throw new LumosError('not-found', 'This node gave no permission of this CID.')
    if (grant.revokedAt !== undefined) return grant
    // Signed and listed first: others who were shown the delegation learn of it from there.
    await revocations.add(await issueRevocation(identity, cid), options)
    return grants.markRevoked(grant, options)
  }

  async claim(code: string, requester: Did, options: AbortOptions = {}): Promise<Grant> {
    options.signal?.throwIfAborted()
    await this.#parts.claimCodes.redeem(code)
    return this.grant({ audience: requester, command: '/', label: 'Owner' })
  }
}

function isOfAll({ command, policy }: Grant): boolean {
  return command === '/' && policy.length === 0
}
