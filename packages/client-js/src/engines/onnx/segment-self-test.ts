import { copyColumns } from './key-value-columns.ts'
import { RowGroup } from './row-group.ts'
import type { SegmentRow, SegmentSession } from './segment-session.ts'

/** Largest difference between logits, relative to their spread, that rounding explains. */
const tolerance = 1e-3

const cut = 5
const promptIds = Array.from({ length: 9 }, (_, index) => (index * 7919 + 11) % 32)
const neighbourIds = Array.from({ length: 12 }, (_, index) => (index * 104729 + 5) % 32)

export interface SegmentVerdict {
  /** Columns the mask hides, and the way a prompt is cut, change nothing. */
  isExact: boolean
  /** Neither does a neighbour. */
  isIsolated: boolean
}

/** Compares the logits of a prompt read at once with those of its end, read after hidden columns and beside a neighbour. */
export async function testSegments(session: SegmentSession): Promise<SegmentVerdict> {
  const { caches } = session.geometry
  const group = new RowGroup(caches, undefined)
  const read = async (ids: number[]) => {
    const { fresh, logits, width } = await session.run({
      shared: undefined,
      own: [],
      columns: 0,
      rows: [{ ids, length: 0 }],
      keep: 1,
    })
    return { logits: logits[0]?.[0] as Float32Array, fresh, width }
  }
  const add = async (ids: number[]) => {
    const { fresh, width } = await read(ids)
    group.add(
      (cache, copy) => {
        const slot = caches[cache] as (typeof caches)[number]
        copyColumns(slot, {
          ...copy,
          from: { data: fresh[cache] as Float32Array, offset: 0, columns: width },
        })
      },
      0,
      ids.length,
    )
  }
  await add(promptIds.slice(0, cut))
  await add(neighbourIds)
  const last = async (rows: SegmentRow[]) => {
    const own = group.views(0, rows.length)
    const result = await session.run({ shared: undefined, own, columns: group.columns, rows, keep: 1 })
    return result.logits[0]?.[0] as Float32Array
  }
  const row = { ids: promptIds.slice(cut), length: cut }
  const expected = (await read(promptIds)).logits
  const alone = await last([row])
  const beside = await last([row, { ids: neighbourIds.slice(0, 2), length: neighbourIds.length }])
  return { isExact: agree(alone, expected), isIsolated: agree(beside, alone) }
}

function agree(actual: Float32Array, expected: Float32Array): boolean {
  let [least, most, worst] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (const [index, value] of expected.entries()) {
    least = Math.min(least, value)
    most = Math.max(most, value)
    const difference = Math.abs((actual[index] as number) - value)
    worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference)
  }
  return worst <= tolerance * (most - least)
}
