import type {
  ChatMessage,
  GenerateRequest,
  RawToolCall,
  ResponseFormat,
  SamplingOptions,
  ToolCallId,
} from '@lomusai/client-js'
import type { ChatRequest } from './chat-request.ts'

/** The sampling of a chat request in our terms; what the caller left out stays out. */
export function samplingOptions(request: ChatRequest): SamplingOptions {
  const options: SamplingOptions = {}
  const maxOutputTokens = request.max_completion_tokens ?? request.max_tokens
  if (maxOutputTokens != null) options.maxOutputTokens = maxOutputTokens
  if (request.temperature != null) options.temperature = request.temperature
  if (request.top_p != null) options.topP = request.top_p
  if (request.seed != null) options.seed = request.seed
  if (request.stop != null) options.stop = [request.stop].flat()
  return options
}

/** A chat request for a model itself: the caller's tools, which the caller runs. */
export function toGenerateRequest(request: ChatRequest): GenerateRequest {
  const responseFormat = toResponseFormat(request)
  const generate: GenerateRequest = {
    ...samplingOptions(request),
    messages: toChatMessages(request),
    ...(responseFormat && { responseFormat }),
    ...(request.logprobs === true && { logprobs: request.top_logprobs ?? 0 }),
  }
  if (request.tools === undefined) return generate
  const choice = request.tool_choice ?? 'auto'
  const forced = typeof choice === 'string' ? undefined : choice.function.name
  generate.tools = request.tools
    .map(tool => tool.function)
    .filter(tool => forced === undefined || tool.name === forced)
  generate.toolChoice = typeof choice === 'string' ? choice : 'required'
  return generate
}

function toResponseFormat({ response_format: format }: ChatRequest): ResponseFormat | undefined {
  if (format == null || format.type === 'text') return undefined
  return format.type === 'json_object' ? { schema: { type: 'object' } } : format.json_schema
}

function toChatMessages(request: ChatRequest): ChatMessage[] {
  const calls = request.messages.flatMap(message =>
    message.role === 'assistant' ? (message.tool_calls ?? []) : [],
  )
  const toolNames = new Map(calls.map(call => [call.id, call.function.name]))
  return request.messages.map(message => toChatMessage(message, toolNames))
}

function toChatMessage(
  message: ChatRequest['messages'][number],
  toolNames: ReadonlyMap<string, string>,
): ChatMessage {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: message.content }
    case 'user':
      return { role: 'user', content: message.content }
    case 'tool':
      return {
        role: 'tool',
        content: message.content,
        toolCallId: message.tool_call_id as ToolCallId,
        name: toolNames.get(message.tool_call_id) ?? 'tool',
      }
    case 'assistant': {
      const answer = { role: 'assistant', content: message.content ?? '' } as const
      const toolCalls = message.tool_calls?.map(
        (call): RawToolCall => ({
          toolCallId: call.id as ToolCallId,
          name: call.function.name,
          argumentsText: call.function.arguments,
        }),
      )
      return toolCalls === undefined ? answer : { ...answer, toolCalls }
    }
  }
}
