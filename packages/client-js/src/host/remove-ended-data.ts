import type { DataKeeper, ThreadId, ThreadStore, UsagePolicies, UsageResource } from '../contracts/index.ts'

export interface EndedDataPlaces {
  usage: UsagePolicies
  threads: ThreadStore
  keepers: readonly DataKeeper[]
}

/** Removes what has ended by its policy. Data of kinds that nobody keeps here is somebody else's to remove. */
export async function removeEndedData(places: EndedDataPlaces, signal: AbortSignal): Promise<void> {
  const { usage, threads, keepers } = places
  const remove = async ({ owner, name }: UsageResource): Promise<void> => {
    const slash = name.indexOf('/')
    const kind = name.slice(0, slash)
    const id = name.slice(slash + 1)
    if (kind === 'thread') await threads.delete(owner, id as ThreadId, { signal })
    for (const keeper of keepers) if (keeper.kind === kind) await keeper.remove(owner, id, { signal })
  }
  await usage.sweep(remove, { signal })
}
