import { yieldToEvents } from '#platform'
import type { Identity, JsonValue } from '../../contracts/index.ts'
import { isJsonObject } from '../../core/index.ts'
import { entryHash } from './audit-leaf.ts'
import { damaged } from './damaged.ts'
import { Frontier } from './frontier.ts'
import type { HeadRecord, LeafRecord, LogRecords } from './log-records.ts'
import { toTexts } from './log-records.ts'
import { prunedBy } from './prune-entry.ts'
import { isSameHash, type TreeHash } from './tree-hash.ts'
import { hashFromText, verifyTreeHead } from './tree-head.ts'

export interface CheckedLog {
  frontier: Frontier
  /** Absent: nothing was ever written. */
  record: HeadRecord | undefined
  /** The first entry that has its content. */
  keptFrom: number
}

/** A long log must not hold up everything else in the process. */
const leavesPerTurn = 256

/**
 * Reads the whole log and computes its tree anew.
 *
 * @throws {LumosError} `storage-failed`, not retryable, when the stored head, a leaf or a hash is not what was written
 */
export async function checkLog(records: LogRecords, identity: Pick<Identity, 'did'>): Promise<CheckedLog> {
  const record = await records.head()
  if (record !== undefined && !isRecord(record, 'head', 'prunedBefore')) throw damaged('its head is not one')
  if (record !== undefined) await checkHead(record, identity)
  const size = record?.head.treeSize ?? 0
  const frontier = new Frontier()
  let [lastPruned, mayBePruned] = [-1, 0]
  let keptFrom: number | undefined
  for await (const { index, leaf } of records.leaves({ from: 0 })) {
    if (index % leavesPerTurn === 0) await yieldToEvents()
    if (index !== frontier.size) throw damaged(`entry ${frontier.size} is missing`)
    if (index >= size) throw damaged(`entry ${index} came after the head`)
    await checkLeaf(frontier, leaf, index)
    if (leaf.entry === undefined) lastPruned = index
    else {
      keptFrom ??= index
      mayBePruned = Math.max(mayBePruned, prunedBy(leaf.entry, identity.did))
    }
  }
  if (frontier.size !== size) throw damaged(`entry ${frontier.size} is missing`)
  // What the log let go it says itself.
  if (lastPruned >= mayBePruned) throw damaged(`the content of entry ${lastPruned} is missing`)
  if (record !== undefined) {
    if (record.prunedBefore !== mayBePruned) throw damaged('the head does not know what was pruned')
    const root = hashFromText(record.head.rootHash) as TreeHash
    if (!isSameHash(await frontier.root(), root)) throw damaged('the entries are not those of the head')
  }
  return { frontier, record, keptFrom: keptFrom ?? 0 }
}

async function checkHead({ head }: HeadRecord, { did }: Pick<Identity, 'did'>): Promise<void> {
  try {
    await verifyTreeHead(head, { nodeId: did })
  } catch {
    throw damaged('its head is not one that this node signed')
  }
}

async function checkLeaf(frontier: Frontier, leaf: LeafRecord, index: number): Promise<void> {
  if (!isRecord(leaf, 'entry', 'hashes')) throw damaged(`entry ${index} is not what was written`)
  const { entry, hashes } = leaf
  const stored = hashFromText(hashes?.[0])
  if (stored === undefined) throw damaged(`the hash of entry ${index} is missing`)
  if (entry !== undefined) {
    const isSame =
      isJsonObject(entry as unknown as JsonValue) &&
      entry.index === index &&
      isSameHash(await entryHash(entry), stored)
    if (!isSame) throw damaged(`entry ${index} is not what was written`)
  }
  const completed = toTexts(await frontier.append(stored))
  const areSame =
    hashes.length === completed.length && hashes.every((hash, level) => hash === completed[level])
  if (!areSame) throw damaged(`a hash of entry ${index} is not what was written`)
}

/** Of the store's values anything may have become. */
function isRecord(value: unknown, ...names: string[]): boolean {
  const isObject = isJsonObject(value as JsonValue)
  return isObject && Object.keys(value as object).every(name => names.includes(name))
}
