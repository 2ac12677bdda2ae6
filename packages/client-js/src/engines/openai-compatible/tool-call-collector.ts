import { LumosError, type RawToolCall, type ToolCallId } from '../../contracts/index.ts'
import { createId } from '../../core/index.ts'
import type { ToolCallPiece } from './chat-chunk.ts'

interface Collected {
  index: number | undefined
  id: string | undefined
  name: string
  argumentsText: string
}

const maxCalls = 64
const maxArgumentsLength = 2 ** 20

/** Joins the pieces of tool calls, whichever way a server cuts them. */
export class ToolCallCollector {
  readonly #calls: Collected[] = []

  add(piece: ToolCallPiece): void {
    const call = this.#find(piece) ?? this.#begin(piece)
    call.name ||= piece.name
    call.argumentsText += piece.argumentsText
    if (call.argumentsText.length > maxArgumentsLength) {
      throw new LumosError('inference-failed', 'The endpoint sent a tool call without end.')
    }
  }

  /** Every call with a name, in the order they began. */
  finish(): RawToolCall[] {
    return this.#calls
      .filter(call => call.name !== '')
      .map(({ id, name, argumentsText }) => ({
        toolCallId: (id ?? createId()) as ToolCallId,
        name,
        argumentsText: argumentsText === '' ? '{}' : argumentsText,
      }))
  }

  /** Servers repeat index 0 for every call, or leave it out: then another id, or another name, begins another call. */
  #find(piece: ToolCallPiece): Collected | undefined {
    if (piece.index === undefined && piece.name !== '') return undefined
    const call =
      piece.index === undefined
        ? this.#calls.at(-1)
        : this.#calls.findLast(({ index }) => index === piece.index)
    const isAnother = piece.id !== undefined && call?.id !== undefined && piece.id !== call.id
    return isAnother ? undefined : call
  }

  #begin({ index, id }: ToolCallPiece): Collected {
    if (this.#calls.length >= maxCalls)
      throw new LumosError('inference-failed', 'The endpoint sent too many tool calls.')
    const call: Collected = { index, id, name: '', argumentsText: '' }
    this.#calls.push(call)
    return call
  }
}
