import type { AbortOptions, Clock, PrincipalDid, Store } from '../../contracts/index.ts'
import { createSystemClock, storeKey } from '../../core/index.ts'
import { refusal } from './refusal.ts'

/** Remembers what was presented for as long as it could be presented again. */
export interface PresentationReplays {
  /**
   * Resolves for the first presentation of a `jti`, of many at once for one of them.
   *
   * @throws {LumosError} `replayed-request`
   */
  assertFirst(
    presentation: { holder: PrincipalDid; jti: string; until: number },
    options?: AbortOptions,
  ): Promise<void>
}

const prefix = 'presented'

/** Kept in a Store, and so across restarts; what time alone refuses is forgotten. */
export function createPresentationReplays(options: { store: Store; clock?: Clock }): PresentationReplays {
  const { store, clock = createSystemClock() } = options
  return {
    async assertFirst({ holder, jti, until }, { signal } = {}) {
      const waiting = signal && { signal }
      const isFirst = await store.putIfAbsent(storeKey(prefix, timeKey(until), holder, jti), true, waiting)
      if (!isFirst) throw refusal('replayed', 'it was presented before')
      await forgetBefore(store, clock.now(), waiting)
    },
  }
}

/** Sorts as the times do. */
function timeKey(milliseconds: number): string {
  return String(Math.floor(milliseconds)).padStart(16, '0')
}

async function forgetBefore(store: Store, now: number, options: AbortOptions | undefined): Promise<void> {
  const end = storeKey(prefix, timeKey(now))
  for await (const { key } of store.list({ prefix: `${prefix}/`, ...options })) {
    if (key >= end) return
    await store.delete(key, options)
  }
}
