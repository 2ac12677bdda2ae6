import {
  type ChatMessage,
  type Message,
  type Part,
  type RawToolCall,
  type ToolCall,
  type ToolResult,
  toolCallMediaType,
  toolResultMediaType,
} from '../contracts/index.ts'

/** A conversation as a model reads it. An agent message with tool calls becomes the call and its results. */
export function toChatMessages(messages: readonly Message[]): ChatMessage[] {
  return messages.flatMap(message =>
    message.role === 'ROLE_USER'
      ? [{ role: 'user' as const, content: contentOf(message.parts) }]
      : agentTurn(message.parts),
  )
}

function agentTurn(parts: Part[]): ChatMessage[] {
  const calls = dataOf<ToolCall>(parts, toolCallMediaType)
  const results = dataOf<ToolResult>(parts, toolResultMediaType)
  const assistant: ChatMessage = { role: 'assistant', content: contentOf(parts) }
  // A call without a result, or the reverse, would break the chat templates of most models.
  const answered = calls.filter(call => results.some(result => result.toolCallId === call.toolCallId))
  if (answered.length > 0) assistant.toolCalls = answered.map(toRawCall)
  const tools = results
    .filter(result => answered.some(call => call.toolCallId === result.toolCallId))
    .map(toToolMessage)
  if (assistant.content === '' && answered.length === 0) return []
  return [assistant, ...tools]
}

function toRawCall(call: ToolCall): RawToolCall {
  return { toolCallId: call.toolCallId, name: call.name, argumentsText: JSON.stringify(call.arguments) }
}

function toToolMessage(result: ToolResult): ChatMessage {
  return {
    role: 'tool',
    toolCallId: result.toolCallId,
    name: result.name,
    content: typeof result.result === 'string' ? result.result : JSON.stringify(result.result),
  }
}

function dataOf<T>(parts: Part[], mediaType: string): T[] {
  return parts.filter(part => part.mediaType === mediaType).map(part => part.data as unknown as T)
}

function contentOf(parts: Part[]): string {
  return parts
    .map(contentOfPart)
    .filter(text => text !== '')
    .join('\n')
}

function contentOfPart(part: Part): string {
  if (part.text !== undefined) return part.text
  if (part.mediaType === toolCallMediaType || part.mediaType === toolResultMediaType) return ''
  if (part.data !== undefined) return JSON.stringify(part.data)
  if (part.url !== undefined) return part.url
  // No engine reads files yet; the model can at least say so.
  return `[attached file ${part.filename ?? ''} ${part.mediaType ?? ''}]`
}
