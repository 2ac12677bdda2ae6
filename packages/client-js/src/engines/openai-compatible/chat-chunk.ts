import type { FinishReason, JsonObject, JsonValue, TokenUsage } from '../../contracts/index.ts'
import { isJsonObject } from '../../core/index.ts'

/** A piece of a tool call: pieces with the same index belong together. */
export interface ToolCallPiece {
  index: number | undefined
  id: string | undefined
  name: string
  argumentsText: string
}

/** What one chunk of a completion says, of whatever a server sent. */
export interface ChatChunk {
  text: string
  toolCalls: ToolCallPiece[]
  finishReason: FinishReason | undefined
  usage: TokenUsage | undefined
  /** The server's own words when it failed in the middle of the stream. */
  errorMessage: string | undefined
}

/** Reads a chunk (`delta`) or a whole completion (`message`); what is absent or of a wrong type counts as nothing. */
export function readChunk(value: JsonValue): ChatChunk {
  const chunk = isJsonObject(value) ? value : {}
  const choice = firstObject(chunk.choices)
  const delta = objectIn(choice, 'delta') ?? objectIn(choice, 'message') ?? {}
  return {
    text: textIn(delta, 'content'),
    toolCalls: Array.isArray(delta.tool_calls) ? delta.tool_calls.filter(isJsonObject).map(readPiece) : [],
    finishReason: readFinishReason(choice?.finish_reason),
    usage: readUsage(objectIn(chunk, 'usage')),
    errorMessage: 'error' in chunk ? errorMessageOf(chunk) : undefined,
  }
}

/** The message of an error body, as OpenAI, vLLM, Ollama and LM Studio write it. */
export function errorMessageOf(body: JsonValue): string {
  if (!isJsonObject(body)) return ''
  const { error } = body
  if (typeof error === 'string') return error
  return textIn(isJsonObject(error) ? error : body, 'message')
}

function readPiece(piece: JsonObject): ToolCallPiece {
  const call = objectIn(piece, 'function') ?? {}
  const args = call.arguments
  return {
    index: typeof piece.index === 'number' ? piece.index : undefined,
    id: typeof piece.id === 'string' && piece.id !== '' ? piece.id : undefined,
    name: textIn(call, 'name'),
    // Some servers send the arguments as an object.
    argumentsText: isJsonObject(args) ? JSON.stringify(args) : textIn(call, 'arguments'),
  }
}

function readFinishReason(reason: JsonValue | undefined): FinishReason | undefined {
  if (typeof reason !== 'string') return undefined
  const reasons: Record<string, FinishReason> = {
    stop: 'stop',
    length: 'length',
    tool_calls: 'tool-calls',
    function_call: 'tool-calls',
    content_filter: 'content-filter',
  }
  return Object.hasOwn(reasons, reason) ? reasons[reason] : 'other'
}

function readUsage(usage: JsonObject | undefined): TokenUsage | undefined {
  if (usage === undefined) return undefined
  const count = (key: string) => (typeof usage[key] === 'number' ? usage[key] : 0)
  return { inputTokens: count('prompt_tokens'), outputTokens: count('completion_tokens') }
}

function firstObject(value: JsonValue | undefined): JsonObject | undefined {
  const first = Array.isArray(value) ? value[0] : undefined
  return isJsonObject(first) ? first : undefined
}

function objectIn(value: JsonObject | undefined, key: string): JsonObject | undefined {
  const inner = value?.[key]
  return isJsonObject(inner) ? inner : undefined
}

function textIn(value: JsonObject, key: string): string {
  const text = value[key]
  return typeof text === 'string' ? text : ''
}
