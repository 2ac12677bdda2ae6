import {
  type AccessKeeper,
  createClient,
  type Identity,
  type LumosClient,
  LumosError,
  type RunId,
  type ThreadId,
} from '@lomusai/client-js'
import { delegateGrant } from '@lomusai/client-js/access'
import type { DescribedHost } from '@lomusai/client-js/host'
import { createIdentity, identityFromApiKey, isApiKey } from '@lomusai/client-js/identity'

/** Who asks through `/v1`. */
export interface Caller {
  /** Asks the node as the caller, who may do what the node lets that key do. */
  client: LumosClient
  /** Without a key: may do what is public. */
  isGuest: boolean
  /** Leaves nothing behind of a run whose thread nobody will name again. */
  tidyUp(run: { threadId: ThreadId; runId?: RunId | undefined }): Promise<void>
}

export interface CallersOptions {
  host: DescribedHost
  /** The node's own. */
  identity: Identity
  access: Pick<AccessKeeper, 'listGrants'>
  /** Also where everybody may use agents and models. */
  requiresKey: boolean
}

/** Finds out who asks, from the `Authorization` header. */
export class Callers {
  readonly #options: CallersOptions
  readonly #guest = createIdentity()

  constructor(options: CallersOptions) {
    this.#options = options
  }

  /**
   * The key's identity is made anew for each request, and kept by nobody. A text that is no key of ours is a guest's, as
   * OpenAI's clients send something in any case.
   *
   * @throws {LumosError} `invalid-proof` for a key that opens nothing, or none where one is required
   */
  async of(authorization: string | undefined): Promise<Caller> {
    const key = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? ''
    const { requiresKey } = this.#options
    if (!requiresKey && !isApiKey(key)) return this.#caller(await this.#guest, true)
    const identity = await identityFromApiKey(key).catch(() => undefined)
    if (identity !== undefined && (await this.#opensSomething(identity))) return this.#caller(identity, false)
    throw new LumosError(
      'invalid-proof',
      'Send a key of this server, which was not taken back, as "Authorization: Bearer …"',
    )
  }

  /** What is public is no reason for a key to go on working that was taken back, or ended. */
  async #opensSomething({ did }: Identity): Promise<boolean> {
    const grants = await this.#options.access.listGrants()
    return grants.some(
      ({ audience, revokedAt, expiresAt }) =>
        audience === did &&
        revokedAt === undefined &&
        (expiresAt === undefined || Date.parse(expiresAt) > Date.now()),
    )
  }

  #caller(identity: Identity, isGuest: boolean): Caller {
    const { host } = this.#options
    // In this process a client holds nothing that would have to be closed.
    const client = createClient({ host, identity, place: 'local' })
    return { client, isGuest, tidyUp: run => this.#tidyUp(identity, run) }
  }

  /** By the node, with the caller's leave for just this: a key needs no permission to manage runs and threads. */
  async #tidyUp(caller: Identity, { threadId, runId }: Parameters<Caller['tidyUp']>[0]): Promise<void> {
    const { host, identity } = this.#options
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    const leaves = (['/run/stop', '/thread/delete'] as const).map(command =>
      delegateGrant(caller, { audience: identity.did, command, expiresAt }),
    )
    const delegations = (await Promise.all(leaves)).map(({ token }) => token)
    const credentials = { subject: caller.did, delegations }
    await using node = createClient({ host, identity, credentials, place: 'local' })
    if (runId !== undefined) await node.stopRun(runId)
    await node.getMemoryThread(threadId).delete()
  }
}
