import {
  isLumosError,
  type LumosClient,
  type Message,
  type PlaceKind,
  type Thread,
  type ThreadId,
} from '@lomusai/client-js'
import type { Lumos } from '../lumos/lumos.ts'
import { placeKinds } from '../lumos/place.ts'
import { whenSomebodyElse } from '../lumos/when-somebody-else.ts'
import { Observable } from '../observable.ts'
import { mergeThreads, type ThreadEntry } from './merge-threads.ts'

export interface ThreadListState {
  entries: ThreadEntry[]
  /** True once any place answered. */
  isLoaded: boolean
}

/** The conversations of all places that run, as one list. A conversation may live in several of them. */
export class Threads {
  readonly state = new Observable<ThreadListState>({ entries: [], isLoaded: false })
  readonly #lumos: Lumos
  readonly #lists = new Map<PlaceKind, Thread[]>()

  constructor(lumos: Lumos) {
    this.#lumos = lumos
    whenSomebodyElse(lumos, () => {
      this.#lists.clear()
      this.state.set({ entries: [], isLoaded: false })
    })
    for (const kind of placeKinds) {
      let wasReady = false
      const { status } = lumos.places[kind]
      status.subscribe(() => {
        const isReady = status.get().state === 'ready'
        if (isReady !== wasReady) void this.refresh()
        wasReady = isReady
      })
    }
  }

  /** Reads the list again from every place that runs; of one that does not answer, what it last said stays. */
  async refresh(): Promise<void> {
    const ready = placeKinds.filter(kind => this.#lumos.places[kind].status.get().state === 'ready')
    await Promise.allSettled(
      ready.map(async place => {
        const client = await this.#lumos.client(place)
        this.#lists.set(place, await client.getMemoryThreads())
      }),
    )
    const lists = [...this.#lists].map(([place, threads]) => ({ place, threads }))
    this.state.set({ entries: mergeThreads(lists), isLoaded: lists.length > 0 })
  }

  entry(threadId: ThreadId): ThreadEntry | undefined {
    return this.state.get().entries.find(entry => entry.threadId === threadId)
  }

  /**
   * The messages of a conversation, from the place where it went on last. One that is not in the list yet, as
   * after a reload, is looked for in every place that may have it.
   *
   * @throws {LumosError} why the last place asked did not give them
   */
  async messages(threadId: ThreadId): Promise<Message[]> {
    const known = this.entry(threadId)?.places.slice(0, 1) ?? []
    let failure: unknown
    for (const place of known.length > 0 ? known : this.#candidates()) {
      try {
        const client = await this.#lumos.client(place)
        return await client.getMemoryThread(threadId).listMessages({ limit: 1000 })
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  /**
   * Makes sure that a place knows a conversation before it is asked to go on with it, bringing along what was
   * said elsewhere. Messages already there are left as they are.
   */
  async bringTo(place: PlaceKind, threadId: ThreadId, title: string): Promise<void> {
    const entry = this.entry(threadId)
    const [newest] = entry?.places ?? []
    if (newest === place) return
    const client = await this.#lumos.client(place)
    if (entry?.places.includes(place) !== true) {
      await client.createMemoryThread({ threadId, title: entry?.title ?? title }).catch(ignoreConflict)
    }
    if (newest !== undefined) {
      const earlier = await this.messages(threadId)
      if (earlier.length > 0) await client.getMemoryThread(threadId).addMessage(earlier)
    }
    await this.refresh()
  }

  /** A new conversation that starts with `messages`, for editing what was said without losing what was answered. */
  async branch(place: PlaceKind, title: string, messages: Message[]): Promise<ThreadId> {
    const threadId = crypto.randomUUID() as ThreadId
    const client = await this.#lumos.client(place)
    await client.createMemoryThread({ threadId, title })
    const copies = messages.map(message => ({ ...message, contextId: threadId }))
    if (copies.length > 0) await client.getMemoryThread(threadId).addMessage(copies)
    await this.refresh()
    return threadId
  }

  async rename(threadId: ThreadId, title: string): Promise<void> {
    await this.#everywhere(threadId, client => client.getMemoryThread(threadId).update({ title }))
  }

  async delete(threadId: ThreadId): Promise<void> {
    await this.#everywhere(threadId, client => client.getMemoryThread(threadId).delete())
  }

  /** The place in use first, then the others that can answer without being set up. */
  #candidates(): PlaceKind[] {
    const { hasUsedLocal } = this.#lumos.settings.get()
    const possible = placeKinds.filter(kind => {
      const { state } = this.#lumos.places[kind].status.get()
      return kind === 'local' ? hasUsedLocal : state !== 'not-set-up' && state !== 'unreachable'
    })
    const inUse = this.#lumos.resolve()
    return [inUse, ...possible.filter(kind => kind !== inUse)]
  }

  async #everywhere(threadId: ThreadId, act: (client: LumosClient) => Promise<unknown>): Promise<void> {
    const places = this.entry(threadId)?.places ?? []
    await Promise.all(places.map(async place => act(await this.#lumos.client(place))))
    await this.refresh()
  }
}

/** The conversation was there already, which is what we wanted. */
function ignoreConflict(error: unknown): void {
  if (!isLumosError(error) || error.code !== 'conflict') throw error
}
