import {
  type Device,
  type JsonObject,
  type JsonValue,
  type Message,
  type ModelId,
  type Part,
  type ToolCall,
  type ToolResult,
  textOf,
  toolCallMediaType,
  toolResultMediaType,
} from '@lomusai/client-js'
import { startAnswer } from './reduce-run-event.ts'
import type { AnswerTurn, ToolBlock, Turn } from './turn.ts'

/**
 * A stored conversation as turns, oldest first. Neighbouring agent messages — text, tool calls, their results —
 * are one answer; parts we cannot show are left out.
 */
export function turnsOfMessages(messages: Message[]): Turn[] {
  const turns: Turn[] = []
  for (const message of messages) {
    if (message.role === 'ROLE_USER' && !holdsToolResult(message)) {
      turns.push({ kind: 'user', message, text: textOf(message) })
      continue
    }
    const last = turns.at(-1)
    const answer = last?.kind === 'answer' ? last : openAnswer(turns)
    if (message.taskId !== undefined) answer.runId = message.taskId
    Object.assign(answer, writerOf(message))
    for (const part of message.parts) addPart(answer, message, part)
  }
  for (const turn of turns) if (turn.kind === 'answer') interruptUnfinished(turn)
  return turns
}

function openAnswer(turns: Turn[]): AnswerTurn {
  const answer = startAnswer({ state: 'completed' })
  turns.push(answer)
  return answer
}

/** Which model wrote a message, where its agent says so. */
function writerOf({ metadata }: Message): Partial<AnswerTurn> {
  const { modelId, device } = metadata ?? {}
  return {
    ...(typeof modelId === 'string' && { modelId: modelId as ModelId }),
    ...(typeof device === 'string' && { device: device as Device }),
  }
}

function holdsToolResult(message: Message): boolean {
  return message.parts.some(part => part.mediaType === toolResultMediaType)
}

function addPart(answer: AnswerTurn, message: Message, part: Part): void {
  if (part.text !== undefined && part.text !== '') {
    answer.blocks.push({ kind: 'text', step: 0, messageId: message.messageId, text: part.text })
  } else if (part.mediaType === toolCallMediaType && isToolCall(part.data)) {
    const { toolCallId, name, arguments: args } = part.data
    answer.blocks.push({ kind: 'tool', step: 0, toolCallId, name, arguments: args, state: 'running' })
  } else if (part.mediaType === toolResultMediaType && isToolResult(part.data)) {
    const { toolCallId, result, isError } = part.data
    const block = answer.blocks.find(
      (candidate): candidate is ToolBlock => candidate.kind === 'tool' && candidate.toolCallId === toolCallId,
    )
    if (block !== undefined) Object.assign(block, { result, state: isError ? 'failed' : 'finished' })
  }
}

function interruptUnfinished(answer: AnswerTurn): void {
  for (const block of answer.blocks) {
    if (block.kind === 'tool' && block.state === 'running') block.state = 'interrupted'
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isToolCall(value: JsonValue | undefined): value is JsonObject & ToolCall {
  return (
    isObject(value) &&
    typeof value.toolCallId === 'string' &&
    typeof value.name === 'string' &&
    isObject(value.arguments)
  )
}

function isToolResult(value: JsonValue | undefined): value is JsonObject & ToolResult {
  return isObject(value) && typeof value.toolCallId === 'string' && typeof value.isError === 'boolean'
}
