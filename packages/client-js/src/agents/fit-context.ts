import type { ChatMessage, ToolDefinition } from '../contracts/index.ts'
import { utf8 } from '../core/index.ts'

export interface Prompt {
  instructions: string
  /** Earlier turns and the current one, oldest first. */
  conversation: ChatMessage[]
  tools: ToolDefinition[]
}

/**
 * UTF-8 bytes in a token. English has about 4 and Chinese 3 in the tokenizers of today; 3 errs on the safe side.
 * The loop measures the real figure with each step.
 */
export const assumedBytesPerToken = 3

/** What a chat template adds around each message, generously. */
const bytesPerMessage = 24
const minToolResultBytes = 256
const cutMark = utf8.encode(' … (cut)')

/**
 * The messages of a prompt of at most `maxBytes`. The oldest turns go first, each as a whole: a turn starts with
 * what the user says and holds all answers, calls and results up to the next. The instructions and the current
 * turn stay; where even they are too long, the current turn's tool results are cut, the longest first.
 */
export function fitContext(prompt: Prompt, maxBytes: number): ChatMessage[] {
  const system: ChatMessage[] =
    prompt.instructions === '' ? [] : [{ role: 'system', content: prompt.instructions }]
  const turns = splitTurns(prompt.conversation)
  let left = maxBytes - promptBytes(system, prompt.tools)
  let first = turns.length
  while (first > 0) {
    const bytes = sum((turns[first - 1] as ChatMessage[]).map(messageBytes))
    if (first < turns.length && bytes > left) break
    left -= bytes
    first--
  }
  const kept = turns.slice(first)
  if (left < 0 && kept.length > 0) kept[0] = cutToolResults(kept[0] as ChatMessage[], -left)
  return [...system, ...kept.flat()]
}

/** UTF-8 bytes of a whole prompt, templates included. */
export function promptBytes(messages: ChatMessage[], tools: ToolDefinition[]): number {
  const toolBytes = tools.length === 0 ? 0 : utf8.encode(JSON.stringify(tools)).length
  return sum(messages.map(messageBytes)) + toolBytes
}

function splitTurns(conversation: ChatMessage[]): ChatMessage[][] {
  const turns: ChatMessage[][] = []
  let previous: ChatMessage['role'] | undefined
  for (const message of conversation) {
    // Several user messages in a row are one turn.
    const startsTurn = message.role === 'user' && previous !== 'user'
    if (startsTurn || turns.length === 0) turns.push([])
    turns.at(-1)?.push(message)
    previous = message.role
  }
  return turns
}

function messageBytes(message: ChatMessage): number {
  const calls = message.role === 'assistant' && message.toolCalls ? JSON.stringify(message.toolCalls) : ''
  return utf8.encode(message.content + calls).length + bytesPerMessage
}

function cutToolResults(turn: ChatMessage[], excessBytes: number): ChatMessage[] {
  const cut = [...turn]
  const longestFirst = turn
    .map((message, index) => ({ message, index, bytes: messageBytes(message) }))
    .filter(({ message, bytes }) => message.role === 'tool' && bytes > minToolResultBytes)
    .sort((a, b) => b.bytes - a.bytes)
  let left = excessBytes
  for (const { message, index, bytes } of longestFirst) {
    if (left <= 0) break
    const target = Math.max(minToolResultBytes, bytes - left)
    const content =
      cutToBytes(message.content, target - bytesPerMessage - cutMark.length) + utf8.decode(cutMark)
    cut[index] = { ...message, content }
    left -= bytes - target
  }
  return cut
}

function cutToBytes(text: string, maxBytes: number): string {
  const bytes = utf8.encode(text)
  if (bytes.length <= maxBytes) return text
  let end = maxBytes
  // Back to the start of a character.
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--
  return utf8.decode(bytes.subarray(0, end))
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
