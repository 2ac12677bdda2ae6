import type { ModelEvent, ToolCallId } from '../../contracts/index.ts'
import { createId } from '../../core/index.ts'
import { readBareCall, readCalls, type WrittenCall } from './raw-tool-call.ts'
import { longestStart } from './stop-text.ts'

const opening = '<tool_call>'
const closing = '</tool_call>'
const maxCallLength = 64 * 1024

/** How a call without tags starts; anything else is text. */
const bareStart = '{"name"'

/**
 * Finds the tool calls in an answer as it streams: Hermes tags, or one bare JSON object. Text before a call
 * streams out; tags never do; after the first call only further calls count.
 */
export class ToolCallStream {
  readonly #toolNames: ReadonlySet<string>
  #mode: 'start' | 'text' | 'call' | 'after-call'
  #held = ''
  #callCount = 0

  /** @param startsInCall - the prompt already ends with the opening tag */
  constructor(toolNames: Iterable<string>, startsInCall = false) {
    this.#toolNames = new Set(toolNames)
    this.#mode = startsInCall ? 'call' : 'start'
  }

  get callCount(): number {
    return this.#callCount
  }

  /** The answer went on after its calls, with something else: nothing that follows counts. */
  get isDone(): boolean {
    return this.#mode === 'after-call' && !opening.startsWith(this.#held.trimStart().slice(0, opening.length))
  }

  push(text: string): ModelEvent[] {
    if (this.#toolNames.size === 0) return textEvents(text)
    this.#held += text
    const events: ModelEvent[] = []
    while (this.#step(events)) {}
    return events
  }

  /** The rest, when the answer ends here. Of an answer cut short, an unfinished call counts only if its JSON is whole. */
  finish(isCutShort: boolean): ModelEvent[] {
    const held = this.#held
    this.#held = ''
    if (this.#mode === 'text') return textEvents(held)
    if (this.#mode === 'start') {
      const call = readBareCall(held, this.#toolNames)
      return call === undefined ? textEvents(held) : this.#emit([call])
    }
    if (this.#mode !== 'call' || (isCutShort && !isWholeJson(held))) return []
    const at = held.indexOf(closing)
    return this.#emit(readCalls(at < 0 ? held : held.slice(0, at)))
  }

  /** Goes as far as one mode can; true when another may go on. */
  #step(events: ModelEvent[]): boolean {
    switch (this.#mode) {
      case 'start':
        return this.#stepStart(events)
      case 'text':
        return this.#stepText(events)
      case 'call':
        return this.#stepCall(events)
      case 'after-call':
        return this.#stepAfterCall()
    }
  }

  #stepStart(events: ModelEvent[]): boolean {
    const call = this.#held.trimEnd().endsWith('}') ? readBareCall(this.#held, this.#toolNames) : undefined
    if (call !== undefined) {
      events.push(...this.#emit([call]))
      this.#held = ''
      this.#mode = 'after-call'
      return false
    }
    if (mayBeBareCall(this.#held)) return false
    this.#mode = 'text'
    return true
  }

  #stepText(events: ModelEvent[]): boolean {
    const at = this.#held.indexOf(opening)
    if (at >= 0) {
      events.push(...textEvents(this.#held.slice(0, at).trimEnd()))
      this.#held = this.#held.slice(at + opening.length)
      this.#mode = 'call'
      return true
    }
    // White space before a tag is layout, not answer: it waits to see what follows.
    const tag = longestStart(this.#held, [opening])
    const kept = this.#held.length - this.#held.slice(0, this.#held.length - tag).trimEnd().length
    events.push(...textEvents(this.#held.slice(0, this.#held.length - kept)))
    this.#held = this.#held.slice(this.#held.length - kept)
    return false
  }

  #stepCall(events: ModelEvent[]): boolean {
    const at = closingIndex(this.#held)
    if (at < 0 && this.#held.length < maxCallLength) return false
    events.push(...this.#emit(readCalls(at < 0 ? this.#held : this.#held.slice(0, at))))
    this.#held = at < 0 ? '' : this.#held.slice(at + closing.length)
    this.#mode = 'after-call'
    return true
  }

  #stepAfterCall(): boolean {
    const rest = this.#held.trimStart()
    if (!rest.startsWith(opening)) return false
    this.#held = rest.slice(opening.length)
    this.#mode = 'call'
    return true
  }

  #emit(calls: WrittenCall[]): ModelEvent[] {
    this.#callCount += calls.length
    return calls.map(call => ({ type: 'tool-call', toolCallId: createId() as ToolCallId, ...call }))
  }
}

/** Where the call ends; -1 while it goes on. A tag inside a JSON string is text of the call. */
function closingIndex(text: string): number {
  let at = text.indexOf(closing)
  while (at >= 0 && endsInString(text.slice(0, at))) at = text.indexOf(closing, at + 1)
  return at
}

function endsInString(json: string): boolean {
  return json.replace(/\\./gs, '').split('"').length % 2 === 0
}

function mayBeBareCall(text: string): boolean {
  if (text.length > maxCallLength) return false
  const start = text.slice(0, 64).replace(/\s+/g, '').slice(0, bareStart.length)
  return bareStart.startsWith(start)
}

function textEvents(text: string): ModelEvent[] {
  return text === '' ? [] : [{ type: 'text-delta', text }]
}

function isWholeJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
