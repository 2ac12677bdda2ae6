import type { ClientState } from 'ts-mls/clientState.js'
import type { IncomingMessageCallback } from 'ts-mls/incomingMessageAction.js'
import type { MlsPrivateMessage } from 'ts-mls/message.js'
import { processMessage } from 'ts-mls/processMessages.js'
import type { Proposal } from 'ts-mls/proposal.js'
import { emptyPskIndex } from 'ts-mls/pskIndex.js'
import { equalBytes } from './byte-fields.ts'
import { decodeMls } from './decode-mls.ts'
import { epochOf, exportEpochKey, mergeEpochKeys } from './epoch-keys.ts'
import type { GroupRecord, PendingCommit } from './group-record.ts'
import type { Mls } from './mls-suite.ts'

export type TakenIn =
  | { kind: 'changed'; record: GroupRecord; adopted?: PendingCommit }
  /** Nothing for us: late, twice, malformed, or not of a member. */
  | { kind: 'skipped' }
  /** Of an epoch that we do not know the way to. */
  | { kind: 'ahead' }

/**
 * What a message of the relay makes of a group. The first valid commit of an epoch is the one that counts, for
 * everybody alike, because all see the same order.
 */
export async function takeIn(
  record: GroupRecord,
  message: Uint8Array,
  by: { mls: Mls; keepEpochs: number },
): Promise<TakenIn> {
  const { state, pending } = record
  if (isRemoved(state)) return { kind: 'skipped' }
  if (pending !== undefined && equalBytes(message, pending.message)) {
    return { kind: 'changed', record: await advanced(record, pending.state, by), adopted: pending }
  }
  const handshake = handshakeOf(message, state)
  if (handshake === undefined) return { kind: 'skipped' }
  const { epoch } = handshake.privateMessage
  if (epoch !== state.groupContext.epoch)
    return { kind: epoch > state.groupContext.epoch ? 'ahead' : 'skipped' }
  const judge = new Judge(state.privatePath.leafIndex)
  try {
    const result = await processMessage(handshake, state, emptyPskIndex, judge.decide, by.mls.suite)
    if (result.kind !== 'newState' || result.actionTaken === 'reject') return { kind: 'skipped' }
    return { kind: 'changed', record: await advanced(record, result.newState, by) }
  } catch {
    if (!judge.removesUs) return { kind: 'skipped' }
    // ts-mls 1.6.4 does not see that we are gone when somebody who was added has our place.
    const groupActiveState = { kind: 'removedFromGroup' as const }
    return { kind: 'changed', record: await advanced(record, { ...state, groupActiveState }, by) }
  }
}

export function isRemoved(state: ClientState): boolean {
  return state.groupActiveState.kind === 'removedFromGroup'
}

/** Proposals and commits travel encrypted only. */
function handshakeOf(message: Uint8Array, state: ClientState): MlsPrivateMessage | undefined {
  try {
    const decoded = decodeMls(message)
    if (decoded.wireformat !== 'mls_private_message') return undefined
    const { groupId, contentType } = decoded.privateMessage
    const isOurs = equalBytes(groupId, state.groupContext.groupId) && contentType !== 'application'
    return isOurs ? decoded : undefined
  } catch {
    return undefined
  }
}

/** Members add and remove members and replace their own keys; alone, a proposal can only be to leave. */
class Judge {
  /** A commit of a member, which verified as theirs, takes our leaf away. */
  removesUs = false
  readonly #ownLeaf: number

  constructor(ownLeaf: number) {
    this.#ownLeaf = ownLeaf
  }

  readonly decide: IncomingMessageCallback = incoming => {
    if (incoming.kind === 'proposal') {
      const { proposal, senderLeafIndex } = incoming.proposal
      const removed = removedBy(proposal)
      return removed !== undefined && removed === senderLeafIndex ? 'accept' : 'reject'
    }
    const proposals = incoming.proposals.map(({ proposal }) => proposal)
    const isOfMember = incoming.senderLeafIndex !== undefined
    const isMembership = proposals.every(
      proposal => proposal.proposalType === 'add' || removedBy(proposal) !== undefined,
    )
    if (!isOfMember || !isMembership) return 'reject'
    this.removesUs = proposals.some(proposal => removedBy(proposal) === this.#ownLeaf)
    return 'accept'
  }
}

function removedBy(proposal: Proposal): number | undefined {
  return proposal.proposalType === 'remove' ? proposal.remove.removed : undefined
}

async function advanced(
  record: GroupRecord,
  state: ClientState,
  { mls, keepEpochs }: { mls: Mls; keepEpochs: number },
): Promise<GroupRecord> {
  if (isRemoved(state)) return { ...record, state, pending: undefined }
  if (epochOf(state) === epochOf(record.state)) return { ...record, state }
  const epochKeys = mergeEpochKeys(record.epochKeys, [await exportEpochKey(mls, state)], keepEpochs)
  return { ...record, state, epochKeys, pending: undefined }
}
