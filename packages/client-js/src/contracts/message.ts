import type { MessageId, RunId, ThreadId } from './ids.ts'
import type { JsonObject, JsonValue } from './json.ts'

/**
 * One piece of content: exactly one of `text`, `raw`, `url` and `data` is set.
 *
 * @see A2A 1.0, Part (ProtoJSON names)
 */
export interface Part {
  text?: string
  /** Bytes as base64. */
  raw?: string
  url?: string
  data?: JsonValue
  mediaType?: string
  filename?: string
  metadata?: JsonObject
}

export type Role = 'ROLE_USER' | 'ROLE_AGENT'

/** @see A2A 1.0, Message */
export interface Message {
  messageId: MessageId
  contextId?: ThreadId
  taskId?: RunId
  role: Role
  parts: Part[]
  metadata?: JsonObject
  extensions?: string[]
  referenceTaskIds?: RunId[]
}

/** `mediaType` of a `data` part that holds a {@link ToolCall}. */
export const toolCallMediaType = 'application/vnd.lumos.tool-call+json'

/** `mediaType` of a `data` part that holds a {@link ToolResult}. */
export const toolResultMediaType = 'application/vnd.lumos.tool-result+json'

/** The message's text parts, joined without a separator. */
export function textOf(message: Message): string {
  return message.parts.map(part => part.text ?? '').join('')
}
