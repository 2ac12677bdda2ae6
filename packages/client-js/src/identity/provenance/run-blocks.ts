import type { ContentCid, RunBeginning, RunBlock, RunEvent } from '../../contracts/index.ts'
import { contentCid } from './content-cid.ts'

/**
 * A run's history as a chain: first what it began with, then its events. Text that came in a row shares a block, any
 * other event has its own; so one history has one chain.
 */
export async function chainBlocks(
  beginning: RunBeginning,
  events: readonly RunEvent[],
): Promise<{ blocks: RunBlock[]; head: ContentCid }> {
  const first: RunBlock = { type: 'beginning', beginning }
  const blocks: RunBlock[] = [first]
  let head = await contentCid(first)
  for (const group of groupEvents(events)) {
    const block: RunBlock = { type: 'events', previous: head, events: group }
    blocks.push(block)
    head = await contentCid(block)
  }
  return { blocks, head }
}

function groupEvents(events: readonly RunEvent[]): RunEvent[][] {
  const groups: RunEvent[][] = []
  for (const event of events) {
    const last = groups.at(-1)
    const isMoreText = event.type === 'text-delta' && last?.[0]?.type === 'text-delta'
    if (isMoreText) last?.push(event)
    else groups.push([event])
  }
  return groups
}
