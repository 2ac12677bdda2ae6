import type { Clock, RunId, ThreadId } from '../contracts/index.ts'
import type { PlaceChoice } from './place-choice.ts'
import type { PlaceLink } from './place-link.ts'
import { RecentMap } from './recent-map.ts'
import type { WaitingRoom } from './waiting-room.ts'

const rememberedIds = 512

export interface PickOptions {
  /** Where the request may go, best first; asked again after each wait. */
  links: () => PlaceLink[]
  /** Milliseconds since 1970. */
  until: number
  signal: AbortSignal
}

/** Decides where a request goes, and remembers where runs and threads live. */
export class PlaceRouter {
  readonly #links: readonly PlaceLink[]
  readonly #clock: Clock
  readonly #waitingRoom: WaitingRoom
  readonly #runs = new RecentMap<RunId, PlaceLink>(rememberedIds)
  readonly #threads = new RecentMap<ThreadId, PlaceLink>(rememberedIds)
  choice: PlaceChoice

  /** @param links - in the order of preference */
  constructor(
    links: readonly PlaceLink[],
    options: { clock: Clock; room: WaitingRoom; choice: PlaceChoice },
  ) {
    this.#links = links
    this.#clock = options.clock
    this.#waitingRoom = options.room
    this.choice = options.choice
  }

  placed(link: PlaceLink, ids: { runId?: RunId | undefined; threadId?: ThreadId | undefined }): void {
    if (ids.runId !== undefined) this.#runs.set(ids.runId, link)
    if (ids.threadId !== undefined) this.#threads.set(ids.threadId, link)
  }

  placeOfRun(runId: RunId | undefined): PlaceLink | undefined {
    return runId === undefined ? undefined : this.#runs.get(runId)
  }

  placeOfThread(threadId: ThreadId | undefined): PlaceLink | undefined {
    return threadId === undefined ? undefined : this.#threads.get(threadId)
  }

  /** The places of the choice, best first; `home` leads where it is among them. */
  candidates(choice: PlaceChoice = this.choice, home?: PlaceLink): PlaceLink[] {
    const links = this.#links.filter(link => choice === 'auto' || link.place.kind === choice)
    if (home === undefined || !links.includes(home)) return links
    return [home, ...links.filter(link => link !== home)]
  }

  /** The first link that may be tried, waiting for one until `until`; undefined when there is none. */
  async pick({ links, until, signal }: PickOptions): Promise<PlaceLink | undefined> {
    while (true) {
      signal.throwIfAborted()
      const candidates = links()
      const ready = candidates.find(link => link.canTry)
      if (ready !== undefined) return ready
      if (candidates.length === 0 || this.#clock.now() >= until) return undefined
      const nextTry = Math.min(...candidates.map(link => link.retryAt))
      await this.#waitingRoom.wait(Math.min(until, nextTry), signal)
    }
  }
}
