import type { ChatMessage, RawToolCall, ToolDefinition } from '../../contracts/index.ts'

/**
 * Messages for a chat template that knows no tools: the tools are described in the system message, calls and
 * results become text in the Hermes form.
 */
export function describeToolsInMessages(messages: ChatMessage[], tools: ToolDefinition[]): ChatMessage[] {
  const plain = messages.map(plainMessage)
  if (tools.length === 0) return plain
  const [first, ...rest] = plain
  const description = describeTools(tools)
  return first?.role === 'system'
    ? [{ role: 'system', content: `${first.content}\n\n${description}` }, ...rest]
    : [{ role: 'system', content: description }, ...plain]
}

function describeTools(tools: ToolDefinition[]): string {
  const lines = tools.map(({ name, description, parameters }) =>
    JSON.stringify({ type: 'function', function: { name, description, parameters } }),
  )
  return `You may call one or more functions to help the user. Their signatures:
<tools>
${lines.join('\n')}
</tools>
To call a function, answer only with a JSON object inside <tool_call></tool_call> tags:
<tool_call>
{"name": "function name", "arguments": {"argument name": "value"}}
</tool_call>
If no function fits, answer in plain words.`
}

function plainMessage(message: ChatMessage): ChatMessage {
  if (message.role === 'tool') {
    return { role: 'user', content: `<tool_response>\n${message.content}\n</tool_response>` }
  }
  if (message.role !== 'assistant' || !message.toolCalls?.length) return message
  const calls = message.toolCalls.map(writeCall).join('\n')
  return { role: 'assistant', content: message.content === '' ? calls : `${message.content}\n${calls}` }
}

function writeCall({ name, argumentsText }: RawToolCall): string {
  return `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${argumentsText}}\n</tool_call>`
}
