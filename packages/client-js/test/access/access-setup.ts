import {
  type AccessControlOptions,
  createAccessControl,
  type Delegation,
  type DelegationFields,
  issueDelegation,
} from '../../src/access/index.ts'
import type {
  Authorization,
  Command,
  Did,
  Identity,
  KeyDirectory,
  PrincipalDid,
  RequestEnvelope,
  ResourceScope,
} from '../../src/contracts/index.ts'
import { LumosError } from '../../src/contracts/index.ts'
import { createVerifier, identityFromSeed } from '../../src/identity/index.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'

/** The same identity for the same number, in every run. */
export function identityOf(number: number): Promise<Identity> {
  return identityFromSeed(new Uint8Array(32).fill(number))
}

/** Signs a delegation that lasts until revoked, for everything, of the signer's own resources, unless told otherwise. */
export function delegate(
  from: Identity,
  to: { did: PrincipalDid } | PrincipalDid,
  fields: Partial<DelegationFields> = {},
): Promise<Delegation> {
  const audience = typeof to === 'string' ? to : to.did
  return issueDelegation(from, { subject: from.did, command: '/', expiresAt: null, audience, ...fields })
}

/** People and organisations whose keys the test decides. */
export class TestKeyDirectory implements KeyDirectory {
  readonly keys = new Map<PrincipalDid, Did[]>()
  /** How often it was asked. */
  asked = 0

  async keysOf(principal: PrincipalDid): Promise<readonly Did[]> {
    this.asked++
    const keys = this.keys.get(principal)
    if (keys === undefined) throw new LumosError('identity-unavailable', 'Its document is out of reach.')
    return keys
  }
}

export interface Asked {
  issuer: Identity
  command?: Command
  scope?: ResourceScope
  params?: unknown
  subject?: PrincipalDid
  delegations?: readonly (Delegation | string)[]
}

/** A node's access control, and whom the test asks about. */
export class Door {
  /** Starts at a whole second: delegations count in them. */
  readonly clock = new ManualClock(1_767_323_045_000)
  readonly keys = new TestKeyDirectory()
  /** Who revoked what. */
  readonly revoked = new Map<string, PrincipalDid[]>()
  readonly #options: AccessControlOptions
  readonly #authorizer

  constructor(
    readonly node: Identity,
    options: Partial<AccessControlOptions> = {},
  ) {
    this.#options = {
      nodeId: node.did,
      verifier: createVerifier(),
      keys: this.keys,
      clock: this.clock,
      revocations: { revokersOf: cid => this.revoked.get(cid) ?? [] },
      ...options,
    }
    this.#authorizer = createAccessControl(this.#options)
  }

  /** Seconds since 1970, as delegations count. */
  get nowSeconds(): number {
    return Math.floor(this.clock.now() / 1000)
  }

  ask({ issuer, command = '/thread/get', scope = 'node', params = {}, subject, delegations = [] }: Asked) {
    const envelope = {
      issuer: issuer.did,
      params,
      delegations: delegations.map(given => (typeof given === 'string' ? given : given.token)),
      ...(subject && { subject }),
    } as unknown as RequestEnvelope
    const context = { signal: new AbortController().signal } as never
    return this.#authorizer.authorize({ issuer: issuer.did, command, scope, envelope, context })
  }
}

/** The code of a refusal; `admitted` when there is none. */
export async function outcomeOf(authorization: Promise<Authorization> | Authorization): Promise<string> {
  try {
    await authorization
    return 'admitted'
  } catch (error) {
    if (error instanceof LumosError) return error.code
    throw error
  }
}
