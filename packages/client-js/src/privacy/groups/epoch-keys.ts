import type { ClientState } from 'ts-mls/clientState.js'
import { mlsExporter } from 'ts-mls/keySchedule.js'
import type { GroupMember } from '../../contracts/index.ts'
import { memberOf } from './member-credential.ts'
import type { Mls } from './mls-suite.ts'

/** What it takes to seal and open messages of one epoch. */
export interface EpochKey {
  epoch: number
  /** AES-256, exported from the epoch's secrets. @see RFC 9420 section 8.5 */
  key: Uint8Array
  /** Who was in the group then, by leaf; a hole for each blank leaf. */
  roster: (GroupMember | null)[]
}

const exporterLabel = 'lumos/1 group seal'

export async function exportEpochKey(mls: Mls, state: ClientState): Promise<EpochKey> {
  const { exporterSecret } = state.keySchedule
  const key = await mlsExporter(exporterSecret, exporterLabel, new Uint8Array(), 32, mls.suite)
  return { epoch: epochOf(state), key, roster: rosterOf(state) }
}

export function epochOf(state: ClientState): number {
  return Number(state.groupContext.epoch)
}

/** @throws {LumosError} `invalid-proof` for a leaf that is no member of ours */
export function rosterOf(state: ClientState): (GroupMember | null)[] {
  const roster: (GroupMember | null)[] = []
  // Leaves are the nodes of even index. RFC 9420 appendix C.
  for (let index = 0; index < state.ratchetTree.length; index += 2) {
    const node = state.ratchetTree[index]
    roster.push(node?.nodeType === 'leaf' ? memberOf(node.leaf) : null)
  }
  return roster
}

/** The newest `keep` of both, one per epoch. What we had of an epoch stands. */
export function mergeEpochKeys(
  known: readonly EpochKey[],
  more: readonly EpochKey[],
  keep: number,
): EpochKey[] {
  const epochs = new Map([...more, ...known].map(key => [key.epoch, key]))
  return [...epochs.values()].sort((a, b) => a.epoch - b.epoch).slice(-keep)
}
