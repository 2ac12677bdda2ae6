import { LumosError } from '../../contracts/index.ts'
import { chooseSharedLengths } from './choose-shared-length.ts'
import { type ColumnSource, copyColumns, type KeyValueSpan, takeSpan } from './key-value-columns.ts'
import type { CacheSlot } from './model-geometry.ts'
import { PrefixTree } from './prefix-tree.ts'
import { RowGroup } from './row-group.ts'
import type { SegmentSession } from './segment-session.ts'
import type { DecoderSequence, SequenceDecoder, SequenceStep, StepResult } from './sequence-decoder.ts'

export interface SegmentDecoderOptions {
  session: SegmentSession
  /** No neighbour changes a row's results. */
  isIsolated: boolean
  /** Of what is kept for later prompts. @default 512 MiB */
  maxCacheBytes?: number | undefined
}

/** A row of a group. */
class SegmentSequence implements DecoderSequence {
  readonly ids: number[]
  group: RowGroup
  row: number

  constructor(ids: number[], group: RowGroup, row: number) {
    this.ids = ids
    this.group = group
    this.row = row
  }

  get length(): number {
    return this.ids.length
  }
}

type Steps = readonly SequenceStep<SegmentSequence>[]

/** Many sequences at once on a graph with attention in segments; common starts are kept and computed once. */
export class SegmentDecoder implements SequenceDecoder<SegmentSequence> {
  readonly isBatched: boolean
  readonly isRagged = false
  readonly isDivisible = true
  readonly maxSequences = 16
  readonly #session: SegmentSession
  readonly #tree: PrefixTree
  readonly #open = new Set<SegmentSequence>()
  /** What groups begin with, by these tokens: one span for all who share it. */
  readonly #shared: { ids: readonly number[]; span: KeyValueSpan }[] = []
  #isReleased = false
  /** The sequences of the last step of several: while they stay the same, so do the groups. */
  #arranged: readonly SegmentSequence[] = []

  constructor({ session, isIsolated, maxCacheBytes = 512 * 2 ** 20 }: SegmentDecoderOptions) {
    this.#session = session
    this.isBatched = isIsolated
    this.#tree = new PrefixTree(session.geometry.caches, maxCacheBytes)
  }

  get contextLength(): number {
    return this.#session.geometry.contextLength
  }

  get #slots() {
    return this.#session.geometry.caches
  }

  known(ids: readonly number[]): number {
    return Math.min(this.#tree.match(ids), ids.length - 1)
  }

  open(ids: readonly number[]): SegmentSequence {
    const length = this.known(ids)
    const span = length > 0 ? this.#tree.read(ids, length) : undefined
    // Alone, a sequence has all it knows as its shared part: nothing is copied.
    const group = new RowGroup(this.#slots, span)
    const row = group.add(() => {}, 0, 0)
    const sequence = new SegmentSequence(ids.slice(0, length), group, row)
    this.#open.add(sequence)
    return sequence
  }

  async step(steps: Steps): Promise<StepResult[]> {
    if (steps.length > 1 && this.isBatched) this.#arrange(steps.map(({ sequence }) => sequence))
    const results = new Map<SegmentSequence, StepResult>()
    for (const batch of this.#batches(steps)) {
      for (const [sequence, result] of await this.#runSafely(batch)) results.set(sequence, result)
    }
    return steps.map(({ sequence }) => results.get(sequence) as StepResult)
  }

  rewind(sequence: SegmentSequence, length: number): void {
    if (length < sequence.group.sharedLength) this.#move(sequence, new RowGroup(this.#slots, undefined))
    sequence.group.lengths[sequence.row] = length - sequence.group.sharedLength
    sequence.ids.length = length
  }

  share(sequence: SegmentSequence, ids: readonly number[]): void {
    if (!this.#isReleased) this.#tree.put(ids, sequence.group.source(sequence.row))
  }

  close(sequence: SegmentSequence, ids: readonly number[]): void {
    if (!this.#open.delete(sequence)) return
    this.share(sequence, ids)
    this.#leave(sequence)
    this.#arranged = []
    const used = new Set([...this.#open].map(({ group }) => group.shared))
    for (let index = this.#shared.length - 1; index >= 0; index--) {
      if (!used.has(this.#shared[index]?.span)) this.#shared.splice(index, 1)
    }
  }

  async release(): Promise<void> {
    this.#isReleased = true
    this.#tree.clear()
    await this.#session.release()
  }

  /** Puts sequences with a common start, and about the same length beyond it, into one group. */
  #arrange(sequences: readonly SegmentSequence[]): void {
    const isSame = sequences.length === this.#arranged.length
    if (isSame && sequences.every(sequence => this.#arranged.includes(sequence))) return
    this.#arranged = sequences
    const lengths = chooseSharedLengths(sequences.map(({ ids }) => ids))
    const groups = new Map<string, RowGroup>()
    for (const [index, sequence] of sequences.entries()) {
      const length = lengths[index] as number
      const shared = length === 0 ? undefined : this.#sharedSpan(sequence, length)
      const place = shared === undefined ? -1 : this.#shared.findIndex(({ span }) => span === shared)
      const key = `${place} ${sizeClass(sequence.length - length)}`
      const isFitting = sequence.group.shared === shared
      const group = groups.get(key) ?? (isFitting ? sequence.group : new RowGroup(this.#slots, shared))
      groups.set(key, group)
      if (sequence.group !== group) this.#move(sequence, group)
    }
  }

  #sharedSpan(sequence: SegmentSequence, length: number): KeyValueSpan {
    const ids = sequence.ids.slice(0, length)
    const isEqual = (other: readonly number[]) =>
      other.length === length && other.every((id, at) => id === ids[at])
    const known = this.#shared.find(entry => isEqual(entry.ids))
    if (known !== undefined) return known.span
    const span =
      this.#tree.match(ids) === length
        ? this.#tree.read(ids, length)
        : takeSpan(this.#slots, sequence.group.source(sequence.row), 0, length)
    this.#shared.push({ ids, span })
    return span
  }

  #move(sequence: SegmentSequence, group: RowGroup): void {
    const source = sequence.group.source(sequence.row)
    const row = group.add(source, group.sharedLength, sequence.length)
    this.#leave(sequence)
    sequence.group = group
    sequence.row = row
  }

  #leave({ group, row }: SegmentSequence): void {
    const last = group.lengths.length - 1
    for (const other of this.#open) if (other.group === group && other.row === last) other.row = row
    group.remove(row)
  }

  /** Steps that can run together, the rows of each moved to the front of their group. */
  #batches(steps: Steps): Steps[] {
    if (!this.isBatched) return steps.map(step => [step])
    const byGroup = Map.groupBy(steps, ({ sequence }) => sequence.group)
    return [...byGroup.values()].map(batch => {
      if (batch.length > 1) for (const [row, { sequence }] of batch.entries()) this.#moveTo(sequence, row)
      return batch
    })
  }

  #moveTo(sequence: SegmentSequence, row: number): void {
    if (sequence.row === row) return
    const { group } = sequence
    for (const other of this.#open) if (other.group === group && other.row === row) other.row = sequence.row
    group.swap(row, sequence.row)
    sequence.row = row
  }

  /** When a batch fails, each of its sequences is tried alone: the cause may be one of them. */
  async #runSafely(batch: Steps): Promise<[SegmentSequence, StepResult][]> {
    try {
      return await this.#run(batch)
    } catch (cause) {
      const [first, ...others] = batch
      if (others.length > 0) return await this.#runAlone(batch)
      const message = 'The model runtime failed while it computed a token.'
      return first === undefined
        ? []
        : [[first.sequence, new LumosError('inference-failed', message, { cause })]]
    }
  }

  async #runAlone(batch: Steps): Promise<[SegmentSequence, StepResult][]> {
    const results: [SegmentSequence, StepResult][] = []
    for (const step of batch) results.push(...(await this.#runSafely([step])))
    return results
  }

  async #run(batch: Steps): Promise<[SegmentSequence, StepResult][]> {
    const { group, row: first } = (batch[0] as SequenceStep<SegmentSequence>).sequence
    const keep = Math.max(...batch.map(step => step.keep))
    const rows = batch.map(({ sequence, ids }) => ({ ids, length: group.lengths[sequence.row] as number }))
    const own = group.views(first, batch.length)
    const { shared, columns } = group
    const { logits, fresh, width } = await this.#session.run({ shared, own, columns, rows, keep })
    return batch.map(({ sequence, ids, keep: wanted }, index) => {
      const source = this.#freshSource(fresh, width, index)
      group.append(sequence.row, source, width - ids.length, ids.length)
      sequence.ids.push(...ids)
      return [sequence, (logits[index] as Float32Array[]).slice(-wanted)]
    })
  }

  #freshSource(fresh: readonly Float32Array[], width: number, row: number): ColumnSource {
    return (cache, copy) => {
      const slot = this.#slots[cache] as CacheSlot
      const data = fresh[cache] as Float32Array
      const from = { data, offset: row * slot.heads * width * slot.headSize, columns: width }
      copyColumns(slot, { ...copy, from })
    }
  }
}

/** Rows of a group are as wide as the longest; so lengths within a group differ at most fourfold. */
function sizeClass(length: number): number {
  return Math.max(0, Math.ceil(Math.log2(Math.max(length, 1) / 128) / 2))
}
