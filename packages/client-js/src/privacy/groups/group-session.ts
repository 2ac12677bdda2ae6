import type { ClientState } from 'ts-mls/clientState.js'
import { createCommit } from 'ts-mls/createCommit.js'
import { createProposal } from 'ts-mls/createMessage.js'
import { encodeMlsMessage } from 'ts-mls/message.js'
import type { Proposal } from 'ts-mls/proposal.js'
import { type AbortOptions, type GroupId, type GroupRelay, LumosError } from '../../contracts/index.ts'
import { storeKey } from '../../core/index.ts'
import { epochOf } from './epoch-keys.ts'
import { encodeGroupRecord, type GroupRecord, type PendingCommit } from './group-record.ts'
import type { Mls } from './mls-suite.ts'
import type { StateVault } from './state-vault.ts'
import { isRemoved, takeIn } from './take-in.ts'

export interface GroupSessionParts {
  groupId: GroupId
  mls: Mls
  relay: GroupRelay
  vault: StateVault
  /** How many epochs' keys are kept, for messages that come late. */
  keepEpochs: number
}

/** A change of ours that was accepted, and where the relay has it. */
export interface AcceptedCommit {
  commit: PendingCommit
  sequence: number
}

const pageSize = 100
/** How often a change is made anew because another came first. */
const maxAttempts = 64
/** How often a relay is asked for what it said that it has. */
const maxReads = 256

export function groupKey(groupId: GroupId): string {
  return storeKey('group', groupId)
}

/** One group's state and its way through the relay's order. Not for use by two callers at once. */
export class GroupSession {
  readonly #parts: GroupSessionParts
  #record: GroupRecord
  #isBehind = false

  constructor(parts: GroupSessionParts, record: GroupRecord) {
    this.#parts = parts
    this.#record = record
  }

  get record(): GroupRecord {
    return this.#record
  }

  get isBehind(): boolean {
    return this.#isBehind
  }

  /** Takes in what the relay has. Resolves to our pending change if it was among it. */
  async catchUp(options?: AbortOptions): Promise<AcceptedCommit | undefined> {
    const { groupId, relay } = this.#parts
    let accepted: AcceptedCommit | undefined
    while (true) {
      const after = this.#record.cursor
      const entries = await relay.read(groupId, { ...options, after, limit: pageSize })
      for (const { sequence, message } of [...entries].sort((a, b) => a.sequence - b.sequence)) {
        // Twice, or with a gap before it: what is missing comes first.
        if (sequence !== this.#record.cursor + 1) continue
        accepted = (await this.#next(sequence, message, options)) ?? accepted
      }
      if (this.#record.cursor === after) return accepted
      await this.save(this.#record, options)
    }
  }

  /** Makes a change until it is accepted, each time on top of what came before. @param build - undefined: nothing to do */
  async commit(
    build: (state: ClientState) => Proposal[] | undefined,
    options?: AbortOptions,
  ): Promise<AcceptedCommit | undefined> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      options?.signal?.throwIfAborted()
      await this.catchUp(options)
      await this.settle(options)
      this.assertMember()
      const proposals = build(this.#record.state)
      if (proposals === undefined) return undefined
      await this.save({ ...this.#record, pending: await this.#createCommit(proposals) }, options)
      const accepted = await this.settle(options)
      if (accepted !== undefined) return accepted
    }
    throw new LumosError('conflict', 'The group changes too fast for this change. Try again.', {
      retryable: true,
    })
  }

  /** Sends what was written but not confirmed, the same bytes as before. Resolves to it if it was accepted. */
  async settle(options?: AbortOptions): Promise<AcceptedCommit | undefined> {
    const { pending } = this.#record
    if (pending === undefined) return undefined
    const { groupId, relay } = this.#parts
    const sequence = await relay.append(groupId, pending.message, options)
    let accepted: AcceptedCommit | undefined
    for (let reads = 0; this.#record.pending !== undefined && this.#record.cursor < sequence; reads++) {
      if (reads === maxReads) {
        throw new LumosError('connection-lost', 'The relay does not show what it accepted. Try again.')
      }
      accepted = await this.catchUp(options)
    }
    return accepted
  }

  /** Asks the others to let us go. */
  async proposeToLeave(options?: AbortOptions): Promise<void> {
    const { groupId, relay, mls } = this.#parts
    const { state } = this.#record
    const remove = { removed: state.privatePath.leafIndex }
    const { newState, message } = await createProposal(
      state,
      false,
      { proposalType: 'remove', remove },
      mls.suite,
    )
    // Before it is sent: a key that encrypted something never encrypts another thing.
    await this.save({ ...this.#record, state: newState, isLeaving: true }, options)
    await relay.append(groupId, encodeMlsMessage(message), options)
    await this.save({ ...this.#record, leftIn: epochOf(newState) }, options)
  }

  async save(record: GroupRecord, options?: AbortOptions): Promise<void> {
    const { groupId, vault } = this.#parts
    await vault.put(groupKey(groupId), encodeGroupRecord(record), options)
    this.#record = record
  }

  assertMember(): void {
    const { state, isLeaving } = this.#record
    if (isRemoved(state)) throw new LumosError('forbidden', 'You are no longer a member of this group.')
    if (isLeaving) throw new LumosError('forbidden', 'You are leaving this group.')
  }

  async #next(
    sequence: number,
    message: Uint8Array,
    options?: AbortOptions,
  ): Promise<AcceptedCommit | undefined> {
    const taken = await takeIn(this.#record, message, this.#parts)
    if (taken.kind !== 'changed') {
      if (taken.kind === 'ahead') this.#isBehind = true
      this.#record = { ...this.#record, cursor: sequence }
      return undefined
    }
    this.#isBehind = false
    await this.save({ ...taken.record, cursor: sequence }, options)
    return taken.adopted === undefined ? undefined : { commit: taken.adopted, sequence }
  }

  async #createCommit(proposals: Proposal[]): Promise<PendingCommit> {
    const { mls } = this.#parts
    const state = withUsableProposals(this.#record.state, proposals)
    try {
      const { newState, commit, welcome } = await createCommit(
        { state, cipherSuite: mls.suite },
        { extraProposals: proposals, ratchetTreeExtension: true },
      )
      return {
        message: encodeMlsMessage(commit),
        state: newState,
        welcome:
          welcome === undefined
            ? undefined
            : encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome }),
      }
    } catch (cause) {
      throw new LumosError('invalid-request', 'The group cannot change like that.', { cause })
    }
  }
}

/** The wishes to leave that a commit can carry: one for each member, and none that it fulfils already. */
function withUsableProposals(state: ClientState, own: readonly Proposal[]): ClientState {
  const gone = new Set(
    own.flatMap(proposal => (proposal.proposalType === 'remove' ? proposal.remove.removed : [])),
  )
  const usable = Object.entries(state.unappliedProposals).filter(([, { proposal }]) => {
    if (proposal.proposalType !== 'remove' || gone.has(proposal.remove.removed)) return false
    gone.add(proposal.remove.removed)
    return true
  })
  return { ...state, unappliedProposals: Object.fromEntries(usable) }
}
