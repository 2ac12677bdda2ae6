import type { PlaceKind, ThreadId } from '@lomusai/client-js'
import type { AnswerTurn, UserTurn } from './turn.ts'

/** Where the reading of a running answer stands: enough to continue it after a reload, in the same place. */
export interface RunBookmark {
  place: PlaceKind
  question: UserTurn
  answer: AnswerTurn
}

/** Keeps one bookmark per conversation for as long as the tab lives. */
export class RunBookmarks {
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.#storage = storage
  }

  get(threadId: ThreadId): RunBookmark | undefined {
    const text = this.#storage.getItem(key(threadId))
    if (text === null) return undefined
    try {
      return JSON.parse(text)
    } catch {
      return undefined
    }
  }

  set(threadId: ThreadId, bookmark: RunBookmark): void {
    try {
      this.#storage.setItem(key(threadId), JSON.stringify(bookmark))
    } catch {
      // Storage is full or blocked: a reload then shows the answer once it is finished.
    }
  }

  delete(threadId: ThreadId): void {
    this.#storage.removeItem(key(threadId))
  }
}

function key(threadId: ThreadId): string {
  return `lumos.run.${threadId}`
}
