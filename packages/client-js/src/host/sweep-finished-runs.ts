import type { Store, StoreOperation } from '../contracts/index.ts'
import { eventPrefix } from './run-log.ts'
import { type RunRecord, recordPrefix } from './run-record.ts'

/** Removes finished runs, all but the newest `keep`. Their messages stay in their threads. */
export async function sweepFinishedRuns(store: Store, keep: number, signal: AbortSignal): Promise<void> {
  let finished = 0
  // Run ids are UUIDs of version 7: their order is that of creation.
  for await (const { key, value } of store.list({ prefix: recordPrefix, reverse: true, signal })) {
    const record = value as unknown as RunRecord
    if (record.status === undefined || ++finished <= keep) continue
    const operations: StoreOperation[] = [{ type: 'delete', key }]
    for await (const event of store.list({ prefix: eventPrefix(record.runId), signal })) {
      operations.push({ type: 'delete', key: event.key })
    }
    await store.batch(operations, { signal })
  }
}
