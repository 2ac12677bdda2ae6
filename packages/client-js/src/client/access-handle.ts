import type { CallOptions, Connections } from '../connections/index.ts'
import type {
  Command,
  DelegationCid,
  Did,
  Grant,
  GrantRequest,
  Identity,
  PrincipalDid,
  RevocationRecord,
} from '../contracts/index.ts'
import { createApiKey, identityFromApiKey } from '../identity/api-key.ts'

export interface DelegateRequest extends GrantRequest {
  /** Whose data or node is opened. @default our own data */
  subject?: PrincipalDid
  /** The person or organisation that our key speaks for. @default our key itself */
  issuer?: PrincipalDid
}

export interface ApiKeyRequest {
  /** What a person calls it. */
  label: string
  /** @default using agents and models */
  commands?: readonly Command[]
  /** ISO 8601, UTC. @default until revoked */
  expiresAt?: string
}

/** A key for programs that know no DIDs, and what the node lets it do. */
export interface ApiKey {
  /** The only time it is seen: the node keeps no way back to it. */
  apiKey: string
  did: Did
  grants: Grant[]
}

const apiKeyCommands: readonly Command[] = ['/agent', '/model']

/** Permissions: what a node gives, and what we pass on ourselves. Made by the client, as `client.access`. */
export class AccessHandle {
  readonly #connections: Connections
  readonly #identity: () => Promise<Identity>

  constructor(connections: Connections, identity: () => Promise<Identity>) {
    this.#connections = connections
    this.#identity = identity
  }

  /** What the node gave, newest first, and what it lets anybody do. Needs `/access/list`. */
  list(options: CallOptions = {}): Promise<{ grants: Grant[]; publicCommands: readonly Command[] }> {
    return this.#connections.call('access.list', {}, options)
  }

  /** The node lets somebody use it. Needs `/access/grant`. */
  async grant(request: GrantRequest, options: CallOptions = {}): Promise<Grant> {
    const { grant } = await this.#connections.call('access.grant', request, options)
    return grant
  }

  /**
   * Takes a permission back: one that the node gave by its CID, which needs `/access/revoke`; one of our own, as
   * {@link delegate} gave it, by telling the node, which every node that fetches its revocations then knows.
   *
   * @throws {LumosError} `not-found` when the node gave none of this CID
   */
  async revoke(grant: Grant | DelegationCid, options: CallOptions = {}): Promise<void> {
    const cid = typeof grant === 'string' ? grant : grant.cid
    const identity = await this.#identity()
    if (typeof grant === 'string' || grant.issuer !== identity.did) {
      await this.#connections.call('access.revoke', { cid }, options)
      return
    }
    const { issueRevocation } = await import('../access/index.ts')
    const token = await issueRevocation(identity, cid)
    await this.#connections.call('revocation.add', { token }, options)
  }

  /**
   * What the node knows to be taken back, in the order it learned of it, after the `sequence` seen last. Signed, so that
   * other nodes may follow the list: see `nodeRevocationSource` of `/access`.
   */
  revocations(
    options: CallOptions & { after?: number; limit?: number } = {},
  ): Promise<{ revocations: RevocationRecord[] }> {
    const { after, limit, ...call } = options
    const params = { ...(after !== undefined && { after }), ...(limit !== undefined && { limit }) }
    return this.#connections.call('revocation.list', params, call)
  }

  /** Makes us an owner of the node, once per code. @throws {LumosError} `forbidden` for a wrong, used or old code */
  async claim(code: string, options: CallOptions = {}): Promise<Grant> {
    const { grant } = await this.#connections.call('access.claim', { code }, options)
    return grant
  }

  /**
   * Signs a permission to use our data, or to pass on what we were given. No node is asked: give the `token` to its
   * audience, who presents it as `credentials.delegations`.
   *
   * @throws {LumosError} `invalid-request`
   * @see spec/capabilities.md
   */
  async delegate(request: DelegateRequest): Promise<Grant> {
    const { delegateGrant } = await import('../access/index.ts')
    return delegateGrant(await this.#identity(), request)
  }

  /** A new key for `/v1` and others that know no DIDs. Needs `/access/grant`. */
  async createApiKey(request: ApiKeyRequest, options: CallOptions = {}): Promise<ApiKey> {
    const { commands = apiKeyCommands, ...rest } = request
    const apiKey = createApiKey()
    const { did } = await identityFromApiKey(apiKey)
    const grants: Grant[] = []
    for (const command of commands)
      grants.push(await this.grant({ ...rest, audience: did, command }, options))
    return { apiKey, did, grants }
  }

  /** Takes back all that the node gave to somebody, an API key for instance. Needs `/access/list`, `/access/revoke`. */
  async revokeAll(audience: PrincipalDid, options: CallOptions = {}): Promise<void> {
    const { grants } = await this.list(options)
    for (const grant of grants) {
      if (grant.audience === audience && grant.revokedAt === undefined) await this.revoke(grant.cid, options)
    }
  }
}
