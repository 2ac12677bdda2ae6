import type { PlaceKind, Thread, ThreadId } from '@lomusai/client-js'

export interface ThreadEntry {
  threadId: ThreadId
  title?: string
  /** Milliseconds since 1970, UTC. */
  updatedAt: number
  /** Where it lives, the place where it went on last first. */
  places: PlaceKind[]
}

/** Threads of several places as one list, newest first; a thread that lives in two of them appears once. */
export function mergeThreads(lists: { place: PlaceKind; threads: Thread[] }[]): ThreadEntry[] {
  const copies = lists.flatMap(({ place, threads }) =>
    threads.map(thread => ({ place, thread, updatedAt: Date.parse(thread.updatedAt) })),
  )
  copies.sort((a, b) => b.updatedAt - a.updatedAt)
  const merged = new Map<ThreadId, ThreadEntry>()
  for (const { place, thread, updatedAt } of copies) {
    const known = merged.get(thread.threadId)
    if (known !== undefined) {
      known.places.push(place)
      continue
    }
    const entry: ThreadEntry = { threadId: thread.threadId, updatedAt, places: [place] }
    if (thread.title !== undefined) entry.title = thread.title
    merged.set(thread.threadId, entry)
  }
  return [...merged.values()]
}

export type ThreadGroup = 'today' | 'yesterday' | 'week' | 'earlier'

/** Entries by how long ago they went on, in the viewer's days; empty groups are left out. */
export function groupThreads(
  entries: ThreadEntry[],
  now: Date,
): { group: ThreadGroup; entries: ThreadEntry[] }[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate())
  const startOf = (daysAgo: number) => {
    const day = new Date(midnight)
    day.setDate(day.getDate() - daysAgo)
    return day.getTime()
  }
  const limits = {
    today: startOf(0),
    yesterday: startOf(1),
    week: startOf(7),
    earlier: Number.NEGATIVE_INFINITY,
  }
  const groups: { group: ThreadGroup; entries: ThreadEntry[] }[] = []
  let rest = entries
  for (const group of Object.keys(limits) as ThreadGroup[]) {
    const inGroup = rest.filter(entry => entry.updatedAt >= limits[group])
    rest = rest.filter(entry => entry.updatedAt < limits[group])
    if (inGroup.length > 0) groups.push({ group, entries: inGroup })
  }
  return groups
}
