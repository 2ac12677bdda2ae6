import type { ClientState } from 'ts-mls/clientState.js'
import type { Proposal } from 'ts-mls/proposal.js'
import {
  type AbortOptions,
  type Group,
  type GroupId,
  type GroupMember,
  type GroupStatus,
  type Identity,
  type KeyDirectory,
  LumosError,
  type OpenedMessage,
  type PrincipalDid,
  type Verifier,
} from '../../contracts/index.ts'
import { decodeJson, KeyedLock } from '../../core/index.ts'
import { type EpochKey, epochOf, mergeEpochKeys, rosterOf } from './epoch-keys.ts'
import { decodeEpochKeys, encodeEpochKeys } from './group-record.ts'
import type { AcceptedCommit, GroupSession, GroupSessionParts } from './group-session.ts'
import { encodeInvitation } from './invitation.ts'
import { decodeKeyPackage, inviteeOf } from './key-package.ts'
import { isBound } from './member-credential.ts'
import { openMessage, sealedEpoch, sealMessage } from './sealed-message.ts'
import { isRemoved } from './take-in.ts'

export interface MlsGroupParts extends GroupSessionParts {
  identity: Identity
  verifier: Verifier
  keys?: KeyDirectory | undefined
}

const reservedContext = 'lumos/'
const historyContext = `${reservedContext}history`
const maxContextLength = 256
const historyLimits = { maxBytes: 16 * 1024 * 1024, maxDepth: 8 }

/** @see Group */
export class MlsGroup implements Group {
  readonly groupId: GroupId
  readonly #parts: MlsGroupParts
  readonly #session: GroupSession
  readonly #lock = new KeyedLock()

  constructor(parts: MlsGroupParts, session: GroupSession) {
    this.groupId = parts.groupId
    this.#parts = parts
    this.#session = session
  }

  get status(): GroupStatus {
    const { state, isLeaving } = this.#session.record
    if (isRemoved(state)) return 'removed'
    return isLeaving ? 'leaving' : 'member'
  }

  get epoch(): number {
    return epochOf(this.#session.record.state)
  }

  get isBehind(): boolean {
    return this.#session.isBehind
  }

  get members(): readonly GroupMember[] {
    return this.#current().roster.filter(member => member !== null)
  }

  sync(options?: AbortOptions): Promise<void> {
    return this.#alone(async () => {
      await this.#session.catchUp(options)
      await this.#session.settle(options)
      if (this.status === 'leaving' && this.#session.record.leftIn !== this.epoch) {
        await this.#session.proposeToLeave(options)
      }
      if (this.#confirmsLeaving()) await this.#session.commit(() => [], options)
    })
  }

  async add(
    invitees: readonly { did: PrincipalDid; keyPackage: Uint8Array }[],
    options: AbortOptions = {},
  ): Promise<Uint8Array> {
    const { identity, keys } = this.#parts
    const additions = await Promise.all(
      invitees.map(async ({ did, keyPackage: bytes }) => {
        const keyPackage = decodeKeyPackage(bytes)
        return { keyPackage, member: await inviteeOf(keyPackage, did, { keys, ...options }) }
      }),
    )
    const isUsable = additions.length > 0 && additions.every(({ member }) => member.key !== identity.did)
    if (!isUsable) throw new LumosError('invalid-request', 'Name one or more to add, none of them yourself.')
    const accepted = await this.#commit(state => {
      const replaced = leavesOf(state, ({ key }) => additions.some(({ member }) => member.key === key))
      const added = additions.map(
        ({ keyPackage }): Proposal => ({ proposalType: 'add', add: { keyPackage } }),
      )
      return [...replaced.map(removal), ...added]
    }, options)
    const { commit, sequence } = accepted as AcceptedCommit
    // A commit that adds always has a welcome.
    return encodeInvitation(this.#parts.mls, commit.state, {
      sequence,
      welcome: commit.welcome as Uint8Array,
    })
  }

  async remove(dids: readonly PrincipalDid[], options?: AbortOptions): Promise<void> {
    await this.#commit(state => {
      const leaves = leavesOf(state, ({ did }) => dids.includes(did))
      if (leaves.includes(state.privatePath.leafIndex)) {
        throw new LumosError('invalid-request', 'To go yourself, use leave().')
      }
      return leaves.length === 0 ? undefined : leaves.map(removal)
    }, options)
  }

  leave(options?: AbortOptions): Promise<void> {
    return this.#alone(async () => {
      await this.#session.catchUp(options)
      await this.#session.settle(options)
      if (this.status !== 'member') return
      if (this.members.length > 1) return this.#session.proposeToLeave(options)
      const { record } = this.#session
      const groupActiveState = { kind: 'removedFromGroup' as const }
      await this.#session.save({ ...record, state: { ...record.state, groupActiveState } }, options)
    })
  }

  async rotate(options?: AbortOptions): Promise<void> {
    await this.#commit(() => [], options)
  }

  async seal(bytes: Uint8Array, context: string, options?: AbortOptions): Promise<Uint8Array> {
    options?.signal?.throwIfAborted()
    if (context.length > maxContextLength || context.startsWith(reservedContext)) {
      throw new LumosError(
        'invalid-request',
        `A context has at most ${maxContextLength} characters, not lumos/ first.`,
      )
    }
    return this.#seal(bytes, context)
  }

  async open(sealed: Uint8Array, context: string, options?: AbortOptions): Promise<OpenedMessage> {
    options?.signal?.throwIfAborted()
    const epoch = sealedEpoch(sealed)
    const epochKey = this.#session.record.epochKeys.find(candidate => candidate.epoch === epoch)
    if (epochKey === undefined) throw noKey(epoch, this.epoch)
    const { groupId, verifier } = this.#parts
    const { bytes, sender } = await openMessage(sealed, { groupId, epochKey, context, verifier })
    const isStillMember = this.members.some(({ key }) => key === sender.key)
    return { bytes, sender, epoch, isStillMember }
  }

  async exportHistory(options?: AbortOptions): Promise<Uint8Array> {
    options?.signal?.throwIfAborted()
    return this.#seal(encodeEpochKeys(this.#session.record.epochKeys), historyContext)
  }

  async importHistory(history: Uint8Array, options?: AbortOptions): Promise<void> {
    const { bytes } = await this.open(history, historyContext, options)
    const { keys } = this.#parts
    const more = decodeEpochKeys(decodeJson(bytes, historyLimits)).filter(({ epoch }) => epoch < this.epoch)
    for (const { roster } of more) {
      const bound = await Promise.all(roster.map(member => member === null || isBound(member, keys, options)))
      if (!bound.every(Boolean))
        throw new LumosError('invalid-proof', 'The history names a member who is not bound.')
    }
    await this.#alone(async () => {
      const { record } = this.#session
      const epochKeys = mergeEpochKeys(record.epochKeys, more, this.#parts.keepEpochs)
      await this.#session.save({ ...record, epochKeys }, options)
    })
  }

  #seal(bytes: Uint8Array, context: string): Promise<Uint8Array> {
    this.#session.assertMember()
    const { groupId, identity } = this.#parts
    const { leafIndex } = this.#session.record.state.privatePath
    return sealMessage(bytes, { groupId, identity, context, epochKey: this.#current(), leaf: leafIndex })
  }

  #commit(...change: Parameters<GroupSession['commit']>): ReturnType<GroupSession['commit']> {
    return this.#alone(() => this.#session.commit(...change))
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#lock.run(this.groupId, work)
  }

  #current(): EpochKey {
    return this.#session.record.epochKeys.at(-1) as EpochKey
  }

  /** Of those who stay, the one with the lowest leaf does it, so that not all do at once. */
  #confirmsLeaving(): boolean {
    if (this.status !== 'member') return false
    const { state } = this.#session.record
    const leaving = Object.values(state.unappliedProposals).map(({ senderLeafIndex }) => senderLeafIndex)
    const [first] = leavesOf(state, () => true).filter(leaf => !leaving.includes(leaf))
    return leaving.length > 0 && first === state.privatePath.leafIndex
  }
}

function leavesOf(state: ClientState, isMeant: (member: GroupMember) => boolean): number[] {
  return rosterOf(state).flatMap((member, leaf) => (member !== null && isMeant(member) ? leaf : []))
}

function removal(removed: number): Proposal {
  return { proposalType: 'remove', remove: { removed } }
}

function noKey(epoch: number, current: number): LumosError {
  const isLater = epoch > current
  const why = isLater ? 'Take in what happened since with sync().' : 'Ask a member for the history.'
  return new LumosError('not-found', `There is no key of epoch ${epoch} here. ${why}`, { retryable: isLater })
}
