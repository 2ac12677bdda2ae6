import {
  type Authorization,
  type Authorizer,
  type Clock,
  type Command,
  type Did,
  type KeyDirectory,
  LumosError,
  type NodeId,
  type PrincipalDid,
  type RequestContext,
  type ResourceScope,
  type UnsignedEnvelope,
  type Verifier,
} from '../contracts/index.ts'
import { coversCommand, isDid } from '../core/index.ts'
import {
  type Chain,
  type ChainRefusal,
  DelegationMemory,
  findChain,
  type RevocationFreshness,
  type RevocationIndex,
  SpeakingKeys,
} from './chain/index.ts'
import type { GrantLookup } from './grant-index.ts'
import { createPolicyBudget } from './policy/index.ts'
import { assertCommand, type Delegation, isPrincipalDid } from './ucan/index.ts'

export interface AccessControlOptions {
  /** The node at whose door this stands. */
  nodeId: NodeId
  verifier: Verifier
  keys: KeyDirectory
  clock: Clock
  /** What anybody who can prove who they are may do: at this node, with what is their own. @default nothing */
  publicCommands?: readonly Command[]
  /** What this node gave itself. @default nothing */
  grants?: GrantLookup
  revocations: RevocationIndex
  /** @default what is in `revocations` is all there is to know */
  freshness?: RevocationFreshness
  /** How many verified delegations stay in memory. @default 1024 */
  maxRemembered?: number
}

/** So many delegations may come with one request. @see spec/envelope.md */
const maxPresented = 16

/**
 * An authorizer that asks two questions. May the requester use this node: a public command, or a chain of delegations
 * from the node. And where somebody else's data is meant, may they use that: a key of its owner, or a chain from the
 * owner. What belongs to the node itself is open to those who hold all of it, the command `/`, so that a permission
 * to use the node never is one to read along.
 *
 * Time, revocation, conditions and keys are looked at on each call; only signatures are remembered.
 *
 * @see spec/capabilities.md
 */
export function createAccessControl(options: AccessControlOptions): Authorizer {
  return new AccessControl(options)
}

interface Question {
  issuer: Did
  subject: PrincipalDid
  command: Command
  envelope: UnsignedEnvelope
  speakingKeys: SpeakingKeys
}

class AccessControl implements Authorizer {
  readonly #options: AccessControlOptions
  readonly #publicCommands: readonly Command[]
  readonly #memory: DelegationMemory

  constructor(options: AccessControlOptions) {
    this.#options = options
    this.#publicCommands = (options.publicCommands ?? []).map(assertCommand)
    this.#memory = new DelegationMemory(options.verifier, options.maxRemembered ?? 1024)
  }

  async authorize(request: {
    issuer: Did
    command: Command
    scope: ResourceScope
    envelope: UnsignedEnvelope
    context: RequestContext
  }): Promise<Authorization> {
    const { issuer, command, scope, envelope, context } = request
    const speakingKeys = new SpeakingKeys(this.#options.keys, context.signal)
    const presented = await this.#readPresented(envelope.delegations ?? [])
    const ask = (subject: PrincipalDid, wanted: Command) =>
      this.#prove({ issuer, subject, command: wanted, envelope, speakingKeys }, presented)
    const { nodeId } = this.#options
    const nodeChain = this.#isPublic(command) ? [] : await ask(nodeId, command)
    if (scope === 'node') return { subject: issuer, delegations: cidsOf(nodeChain) }
    const subject = envelope.subject ?? issuer
    if (!isPrincipalDid(subject)) throw new LumosError('invalid-request', 'The subject is not a DID.')
    const ownerChain = await ask(subject, subject === nodeId ? '/' : command)
    return { subject, delegations: cidsOf([...nodeChain, ...ownerChain]) }
  }

  #isPublic(command: Command): boolean {
    return this.#publicCommands.some(held => coversCommand(held, command))
  }

  async #readPresented(tokens: readonly string[]): Promise<Delegation[]> {
    if (tokens.length > maxPresented) {
      throw new LumosError('too-large', `At most ${maxPresented} delegations may come with a request.`)
    }
    return Promise.all([...new Set(tokens)].map(token => this.#memory.read(token)))
  }

  /** A chain that allows it; empty for the subject itself. */
  async #prove(question: Question, presented: readonly Delegation[]): Promise<Chain> {
    const { issuer, subject, command, envelope, speakingKeys } = question
    if (await speakingKeys.speaksFor(issuer, subject)) return []
    const { nodeId, clock, revocations, freshness = alwaysFresh } = this.#options
    const result = await findChain(
      {
        requester: issuer,
        subject,
        command,
        params: envelope.params,
        candidates: subject === nodeId ? this.#withGrants(issuer, presented) : presented,
        now: clock.now(),
      },
      { nodeId, memory: this.#memory, revocations, freshness, speakingKeys, budget: createPolicyBudget() },
    )
    if (!('obstacles' in result)) return result
    throw refusal(question, result, presented)
  }

  /** The node's own grants to the requester, and to whoever passed one on. */
  #withGrants(requester: Did, presented: readonly Delegation[]): readonly Delegation[] {
    const { grants } = this.#options
    if (grants === undefined) return presented
    const holders = new Set([requester, ...presented.map(({ issuer }) => issuer).filter(isDid)])
    const all = [...presented, ...[...holders].flatMap(key => grants.grantsFor(key))]
    return [...new Map(all.map(delegation => [delegation.cid, delegation])).values()]
  }
}

const alwaysFresh: RevocationFreshness = { isFresh: () => true }

function cidsOf(chain: Chain): string[] {
  return [...new Set(chain.map(({ cid }) => cid))]
}

function refusal(
  { command, subject, speakingKeys }: Question,
  { obstacles, isStale }: ChainRefusal,
  presented: readonly Delegation[],
): LumosError {
  const details = { command, subject, obstacles: Object.fromEntries(obstacles) }
  if (isStale) {
    const message = 'Whether the permission still holds is not known now. Try again soon.'
    return new LumosError('revocations-unknown', message, { details })
  }
  // Of those the requester named, and no others: whom the node gave something is no business of a stranger.
  const named = [subject, ...presented.flatMap(({ issuer, audience }) => [issuer, audience])]
  const unknown = named.find(principal => speakingKeys.failures.has(principal))
  if (unknown !== undefined) return speakingKeys.failures.get(unknown) as LumosError
  return new LumosError('forbidden', `This needs the permission ${command} of ${subject}.`, { details })
}
