import type { AbortOptions } from '../../contracts/index.ts'
import { raceSignal } from '../../core/index.ts'
import type { CallingSession } from '../session/index.ts'

interface SharedSession {
  opening: Promise<CallingSession>
  users: number
}

export interface AcquiredSession {
  session: CallingSession
  /** To be called once, when it is not needed any more. */
  release: () => void
}

/** One session per peer for all who ask, open as long as somebody uses it. */
export class SharedSessions {
  /** By PeerId. A session that failed to open, or ended, is not here. */
  readonly #sessions = new Map<string, SharedSession>()

  /**
   * Joins the peer's session, or the one that `open` gives. Each resolved call needs one `release`; one that `signal`
   * cut off leaves nothing behind.
   *
   * @param open - told to call `onEnd` when the session ended; given no signal, since callers share the result
   */
  async acquire(
    peerId: string,
    open: (onEnd: () => void) => Promise<CallingSession>,
    { signal }: AbortOptions = {},
  ): Promise<AcquiredSession> {
    const shared = this.#sessions.get(peerId) ?? this.#open(peerId, open)
    // Before the wait, so that nobody closes what we wait for.
    shared.users += 1
    try {
      return { session: await raceSignal(shared.opening, signal), release: () => this.#release(shared) }
    } catch (error) {
      this.#release(shared)
      throw error
    }
  }

  /** Closes all sessions, also those still opening. */
  async close(): Promise<void> {
    const openings = [...this.#sessions.values()].map(({ opening }) => opening)
    this.#sessions.clear()
    for (const opened of await Promise.allSettled(openings)) {
      if (opened.status === 'fulfilled') opened.value.close()
    }
  }

  #release(shared: SharedSession): void {
    shared.users -= 1
    const closeUnused = (session: CallingSession) => {
      if (shared.users === 0) session.close()
    }
    shared.opening.then(closeUnused, () => {})
  }

  #open(peerId: string, open: (onEnd: () => void) => Promise<CallingSession>): SharedSession {
    const forget = () => {
      if (this.#sessions.get(peerId) === shared) this.#sessions.delete(peerId)
    }
    const shared: SharedSession = { opening: open(forget), users: 0 }
    this.#sessions.set(peerId, shared)
    shared.opening.catch(forget)
    return shared
  }
}
