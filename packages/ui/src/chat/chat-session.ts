import type { Message, MessageId, RunEvent, ThreadId, ToolCallId } from '@lomusai/client-js'
import { describeError } from '../lumos/describe-error.ts'
import type { Lumos } from '../lumos/lumos.ts'
import { Observable } from '../observable.ts'
import type { Threads } from '../threads/threads.ts'
import { readAnswer } from './read-answer.ts'
import { failAnswer, startAnswer } from './reduce-run-event.ts'
import type { RunBookmark, RunBookmarks } from './run-bookmark.ts'
import { titleOf } from './title-of.ts'
import { type AnswerTurn, isRunning, type Turn, type UserTurn } from './turn.ts'
import { turnsOfMessages } from './turns-of-messages.ts'

export interface ChatState {
  turns: Turn[]
  /** `loading`: earlier turns are being read. `missing`: they could not be. */
  history: 'loading' | 'ready' | 'missing'
}

export interface ChatSessionOptions {
  threadId: ThreadId
  lumos: Lumos
  threads: Threads
  bookmarks: RunBookmarks
  onRunningChange(isRunning: boolean): void
}

/** One open conversation. It goes on reading while other pages are looked at. */
export class ChatSession {
  readonly threadId: ThreadId
  readonly state = new Observable<ChatState>({ turns: [], history: 'ready' })
  readonly #options: ChatSessionOptions
  /** Ends what happens before the run exists: opening a place, loading a model. */
  #preparing: AbortController | undefined

  constructor(options: ChatSessionOptions) {
    this.threadId = options.threadId
    this.#options = options
  }

  get isRunning(): boolean {
    const last = this.#lastAnswer()
    return last !== undefined && isRunning(last)
  }

  /** Reads what was said before, and goes on with an answer that a reload interrupted. */
  async load(): Promise<void> {
    const bookmark = this.#options.bookmarks.get(this.threadId)
    this.state.set({ turns: [], history: 'loading' })
    try {
      const messages = await this.#options.threads.messages(this.threadId)
      this.state.set({ turns: turnsOfMessages(messages), history: 'ready' })
    } catch {
      this.state.set({ turns: [], history: bookmark === undefined ? 'missing' : 'ready' })
    }
    if (bookmark !== undefined) await this.#restore(bookmark)
  }

  /** Goes on with an answer that runs, and shows again one that ended early. */
  async #restore(bookmark: RunBookmark): Promise<void> {
    const { question, answer } = bookmark
    if (isRunning(answer)) return this.#resume(bookmark)
    const { turns, history } = this.state.get()
    const wentOn = (lastQuestionId(turns) ?? question.message.messageId) !== question.message.messageId
    if (!wentOn) this.state.set({ history, turns: [...turnsBefore(turns, question, answer), answer] })
  }

  async send(text: string): Promise<void> {
    const message: Message = {
      messageId: crypto.randomUUID() as MessageId,
      contextId: this.threadId,
      role: 'ROLE_USER',
      parts: [{ text }],
    }
    this.state.update(state => ({
      ...state,
      turns: [...state.turns, { kind: 'user', message, text }],
    }))
    await this.#ask({ kind: 'user', message, text })
  }

  /** Continues reading a run that goes on without us; otherwise asks again with the same message. */
  async retry(): Promise<void> {
    const answer = this.#lastAnswer()
    const question = this.state.get().turns.findLast(turn => turn.kind === 'user')
    if (question === undefined || this.isRunning) return
    if (answer?.error?.code === 'connection-lost' && answer.place !== undefined) {
      await this.#resume({ place: answer.place, question, answer })
      return
    }
    this.state.update(state => ({ ...state, turns: state.turns.filter(turn => turn !== answer) }))
    await this.#ask(question)
  }

  /** Cancels the run itself, not only our reading. */
  async stop(): Promise<void> {
    const answer = this.#lastAnswer()
    if (answer === undefined || !isRunning(answer)) return
    if (answer.runId === undefined || answer.place === undefined) {
      this.#preparing?.abort()
      return
    }
    const client = await this.#options.lumos.client(answer.place)
    await client.stopRun(answer.runId)
  }

  async approve(toolCallId: ToolCallId, approved: boolean): Promise<void> {
    const answer = this.#lastAnswer()
    if (answer?.runId === undefined || answer.place === undefined) return
    const client = await this.#options.lumos.client(answer.place)
    await client.approve({ runId: answer.runId, toolCallId, approved })
  }

  async #ask(question: UserTurn): Promise<void> {
    const { lumos, threads } = this.#options
    const place = lumos.resolve()
    await this.#follow(question, startAnswer({ place }), async signal => {
      const client = await lumos.places[place].reach(signal)
      await threads.bringTo(place, this.threadId, titleOf(question.text))
      if (place === 'local') await lumos.prepareLocal(signal)
      signal.throwIfAborted()
      const { agentId } = lumos.settings.get()
      const options = { threadId: this.threadId, modelId: lumos.modelId(place) }
      const askedAt = Date.now()
      const events = await client.getAgent(agentId).stream([question.message], options)
      return { events, answer: startAnswer({ place, askedAt }) }
    })
  }

  async #resume({ question, answer, place }: RunBookmark): Promise<void> {
    const { runId, lastEventId } = answer
    if (runId === undefined) return
    this.state.update(state => ({ ...state, turns: turnsBefore(state.turns, question, answer) }))
    const { error: _old, ...rest } = answer
    const resumed: AnswerTurn = { ...rest, state: 'working', place }
    await this.#follow(question, resumed, async signal => {
      const client = await this.#options.lumos.places[place].reach(signal)
      return { events: client.observe({ runId, offset: lastEventId }), answer: resumed }
    })
  }

  /** Shows an answer as it grows, from opening its stream to its end, whatever that is. */
  async #follow(
    question: UserTurn,
    start: AnswerTurn,
    open: (signal: AbortSignal) => Promise<{ events: AsyncIterable<RunEvent>; answer: AnswerTurn }>,
  ): Promise<void> {
    const { onRunningChange, threads } = this.#options
    const preparing = new AbortController()
    this.#preparing = preparing
    let latest = start
    const show = (answer: AnswerTurn) => {
      latest = answer
      this.#showLast(answer)
      this.#bookmark(question, answer)
    }
    this.state.update(state => ({ ...state, turns: [...state.turns, start] }))
    onRunningChange(true)
    try {
      const { events, answer } = await open(preparing.signal)
      await readAnswer(events, answer, show)
    } catch (error) {
      show(failAnswer(latest, preparing.signal.aborted ? stoppedByUs : describeError(error)))
    } finally {
      onRunningChange(false)
      void threads.refresh()
    }
  }

  /** Keeps what the thread does not hold: a running answer, and one that ended before it was whole. */
  #bookmark(question: UserTurn, answer: AnswerTurn): void {
    const { bookmarks } = this.#options
    const { runId, place, state } = answer
    if (state === 'completed') bookmarks.delete(this.threadId)
    else if (runId !== undefined && place !== undefined) {
      bookmarks.set(this.threadId, { place, question, answer })
    }
  }

  #showLast(answer: AnswerTurn): void {
    this.state.update(state => ({ ...state, turns: [...state.turns.slice(0, -1), answer] }))
  }

  #lastAnswer(): AnswerTurn | undefined {
    const last = this.state.get().turns.at(-1)
    return last?.kind === 'answer' ? last : undefined
  }
}

const stoppedByUs = { code: 'run-stopped', message: 'Stopped before it began', retryable: false } as const

function lastQuestionId(turns: Turn[]): MessageId | undefined {
  return turns.findLast(turn => turn.kind === 'user')?.message.messageId
}

/** The turns up to the question, without what the thread already holds of its answer. */
function turnsBefore(turns: Turn[], question: UserTurn, answer: AnswerTurn): Turn[] {
  const earlier = turns.filter(turn => turn.kind === 'user' || turn.runId !== answer.runId)
  const asked = earlier.findIndex(
    turn => turn.kind === 'user' && turn.message.messageId === question.message.messageId,
  )
  return asked === -1 ? [...earlier, question] : earlier.slice(0, asked + 1)
}
