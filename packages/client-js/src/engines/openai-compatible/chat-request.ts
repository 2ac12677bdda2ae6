import type {
  ChatMessage,
  GenerateRequest,
  JsonObject,
  JsonValue,
  ResponseFormat,
} from '../../contracts/index.ts'

/** The body of `POST /chat/completions`. What `request` leaves open is left to the server. */
export function chatRequest(modelId: string, request: GenerateRequest): JsonObject {
  const tools = request.toolChoice === 'none' ? [] : (request.tools ?? [])
  const optional: Record<string, JsonValue | undefined> = {
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    repetition_penalty: request.repetitionPenalty,
    seed: request.seed,
    max_tokens: request.maxOutputTokens,
    stop: request.stop?.length ? request.stop : undefined,
    response_format: request.responseFormat && writeFormat(request.responseFormat),
    tools: tools.length === 0 ? undefined : tools.map(writeTool),
    tool_choice: tools.length > 0 && request.toolChoice === 'required' ? 'required' : undefined,
  }
  return {
    model: modelId,
    messages: request.messages.map(writeMessage),
    stream: true,
    stream_options: { include_usage: true },
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as JsonObject),
  }
}

/** Parameters that some servers do not know, and what to send instead: nothing, or the newer name. */
const dispensable: Record<string, string | undefined> = {
  stream_options: undefined,
  top_k: undefined,
  repetition_penalty: undefined,
  seed: undefined,
  temperature: undefined,
  max_tokens: 'max_completion_tokens',
}

/** The body without the parameter that `complaint` names; undefined when it names none that can be done without. */
export function withoutRefused(body: JsonObject, complaint: string): JsonObject | undefined {
  const refused = Object.keys(dispensable).find(name => name in body && complaint.includes(name))
  if (refused === undefined) return undefined
  const { [refused]: value, ...rest } = body
  const newName = dispensable[refused]
  return newName === undefined || value === undefined ? rest : { ...rest, [newName]: value }
}

function writeFormat({ schema, name = 'answer' }: ResponseFormat): JsonObject {
  return { type: 'json_schema', json_schema: { name, schema } }
}

function writeTool({
  name,
  description,
  parameters,
}: NonNullable<GenerateRequest['tools']>[number]): JsonObject {
  return { type: 'function', function: { name, description, parameters } }
}

function writeMessage(message: ChatMessage): JsonObject {
  if (message.role === 'tool') {
    return { role: 'tool', tool_call_id: message.toolCallId, content: message.content }
  }
  if (message.role !== 'assistant' || !message.toolCalls?.length) {
    return { role: message.role, content: message.content }
  }
  const calls = message.toolCalls.map(({ toolCallId, name, argumentsText }) => ({
    id: toolCallId,
    type: 'function',
    function: { name, arguments: argumentsText },
  }))
  return { role: 'assistant', content: message.content === '' ? null : message.content, tool_calls: calls }
}
