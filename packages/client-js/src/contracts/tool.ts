import type { AbortOptions } from './abort-options.ts'
import type { PrincipalDid, RunId, ThreadId, ToolCallId } from './ids.ts'
import type { JsonObject, JsonValue } from './json.ts'
import type { DataUse } from './usage-policy.ts'

/** What a model is told of a tool. */
export interface ToolDefinition {
  /** `[a-zA-Z0-9_-]{1,64}`, as OpenAI, MCP and A2A clients all accept. */
  name: string
  description: string
  /** JSON Schema 2020-12 of the arguments, `type: 'object'`. */
  parameters: JsonObject
}

/** A call as the model asked for it, its arguments parsed and checked. */
export interface ToolCall {
  toolCallId: ToolCallId
  name: string
  arguments: JsonObject
}

export interface ToolResult {
  toolCallId: ToolCallId
  name: string
  /** What the model reads: the tool's answer, or `{ error: { code, message } }`. */
  result: JsonValue
  isError: boolean
}

export interface ToolContext extends AbortOptions {
  /** Stable across restarts: a tool with side effects deduplicates by it. */
  toolCallId: ToolCallId
  runId: RunId
  threadId: ThreadId
  /** On whose behalf the agent acts. */
  requester: PrincipalDid
  /** What becomes of the data that the tool hands out: it hands out only what its policy allows that for. */
  use: DataUse
}

/** Something an agent can do besides talking. */
export interface Tool extends ToolDefinition {
  /** A person must agree before each call. @default false */
  requiresApproval?: boolean
  /** Running it twice with the same arguments is harmless; a call cut off by a crash is then repeated. @default false */
  idempotent?: boolean
  /**
   * Resolves to what the model reads next.
   *
   * @throws whatever went wrong; the loop shows it to the model as an error result, and goes on
   */
  execute(args: JsonObject, context: ToolContext): Promise<JsonValue>
}
