import type { GenerateRequest, JsonObject, ToolDefinition } from '../../contracts/index.ts'
import { loosenLengths } from './loosen-lengths.ts'

/** One part of a structural tag. @see XGrammar, Structural Tag */
export type GrammarPart =
  | { type: 'json_schema'; json_schema: JsonObject }
  | { type: 'grammar'; grammar: string }
  | { type: 'const_string'; value: string }
  | { type: 'regex'; pattern: string }
  | { type: 'or' | 'sequence'; elements: GrammarPart[] }
  | { type: 'tag'; begin: string; content: GrammarPart; end: string }
  | { type: 'triggered_tags'; triggers: string[]; tags: GrammarPart[] }

const opening = '<tool_call>'
const closing = '</tool_call>'
/** Models put each call on its own line, or do not. */
const layout: GrammarPart = { type: 'regex', pattern: '[ \\n]?' }

/**
 * What an answer to `request` may look like: free text in which every tool call is one of a known tool with
 * arguments of its schema; one such call when it is demanded; or JSON of the schema asked for. Undefined: anything.
 */
export function answerGrammar(request: GenerateRequest): GrammarPart | undefined {
  const tools = toolsOf(request)
  if (tools.length > 0) return callGrammar(tools, request)
  const { responseFormat } = request
  return responseFormat && { type: 'json_schema', json_schema: responseFormat.schema }
}

/** The same with arguments that are any object, for tools whose schemas have no grammar. */
export function looseAnswerGrammar(request: GenerateRequest): GrammarPart | undefined {
  const tools = toolsOf(request).map(tool => ({ ...tool, parameters: { type: 'object' } }))
  return tools.length === 0 ? undefined : callGrammar(tools, request)
}

function toolsOf({ tools = [], toolChoice }: GenerateRequest): ToolDefinition[] {
  return toolChoice === 'none' ? [] : tools
}

function callGrammar(tools: ToolDefinition[], { toolChoice }: GenerateRequest): GrammarPart {
  return toolChoice === 'required' ? demandedCall(tools) : freeWithCalls(tools)
}

/** The prompt already ends with the opening tag. */
function demandedCall(tools: ToolDefinition[]): GrammarPart {
  const end: GrammarPart = { type: 'const_string', value: closing }
  return { type: 'sequence', elements: [anyCall(tools), end] }
}

function freeWithCalls(tools: ToolDefinition[]): GrammarPart {
  const call: GrammarPart = { type: 'tag', begin: opening, content: anyCall(tools), end: closing }
  return { type: 'triggered_tags', triggers: [opening], tags: [call] }
}

function anyCall(tools: ToolDefinition[]): GrammarPart {
  const calls = tools.map((tool): GrammarPart => ({ type: 'json_schema', json_schema: callSchema(tool) }))
  return { type: 'sequence', elements: [layout, { type: 'or', elements: calls }, layout] }
}

function callSchema({ name, parameters }: ToolDefinition): JsonObject {
  return {
    type: 'object',
    properties: { name: { const: name }, arguments: closed(loosenLengths(parameters)) },
    required: ['name', 'arguments'],
    additionalProperties: false,
  }
}

/** A tool that lists its arguments means these and no others: small models like to invent some. */
function closed(schema: JsonObject): JsonObject {
  return schema.properties === undefined ? schema : { additionalProperties: false, ...schema }
}
