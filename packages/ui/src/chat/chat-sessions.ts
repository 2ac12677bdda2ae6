import type { ThreadId } from '@lomusai/client-js'
import type { Lumos } from '../lumos/lumos.ts'
import { whenSomebodyElse } from '../lumos/when-somebody-else.ts'
import { Observable } from '../observable.ts'
import type { Threads } from '../threads/threads.ts'
import { ChatSession } from './chat-session.ts'
import { RunBookmarks } from './run-bookmark.ts'
import type { UserTurn } from './turn.ts'

/** The conversations opened since the page loaded. */
export class ChatSessions {
  /** Conversations whose answer is under way. */
  readonly running = new Observable<ReadonlySet<ThreadId>>(new Set())
  readonly #sessions = new Map<ThreadId, ChatSession>()
  readonly #bookmarks = new RunBookmarks(sessionStorage)
  readonly #lumos: Lumos
  readonly #threads: Threads

  constructor(lumos: Lumos, threads: Threads) {
    this.#lumos = lumos
    this.#threads = threads
    whenSomebodyElse(lumos, () => this.#sessions.clear())
  }

  /** A conversation that no place knows yet; it is created with its first message. */
  create(): ChatSession {
    return this.#add(crypto.randomUUID() as ThreadId)
  }

  /** The session of an existing conversation, which starts to load when it is opened first. */
  open(threadId: ThreadId): ChatSession {
    const known = this.#sessions.get(threadId)
    if (known !== undefined) return known
    const session = this.#add(threadId)
    void session.load()
    return session
  }

  /**
   * A new conversation with everything before `question`, to ask it anew or differently.
   *
   * @returns its session, loaded
   */
  async branch(session: ChatSession, question: UserTurn, title: string): Promise<ChatSession> {
    const messages = await this.#threads.messages(session.threadId)
    const asked = messages.findIndex(message => message.messageId === question.message.messageId)
    const earlier = asked === -1 ? messages : messages.slice(0, asked)
    const threadId = await this.#threads.branch(this.#lumos.resolve(), title, earlier)
    const branch = this.#add(threadId)
    await branch.load()
    return branch
  }

  forget(threadId: ThreadId): void {
    this.#sessions.delete(threadId)
    this.#bookmarks.delete(threadId)
  }

  #add(threadId: ThreadId): ChatSession {
    const session = new ChatSession({
      threadId,
      lumos: this.#lumos,
      threads: this.#threads,
      bookmarks: this.#bookmarks,
      onRunningChange: isRunning => this.#mark(threadId, isRunning),
    })
    this.#sessions.set(threadId, session)
    return session
  }

  #mark(threadId: ThreadId, isRunning: boolean): void {
    this.running.update(running => {
      const next = new Set(running)
      if (isRunning) next.add(threadId)
      else next.delete(threadId)
      return next
    })
  }
}
