import * as z from 'zod'
import {
  isLumosError,
  type JsonValue,
  LumosError,
  type RunId,
  type ThreadId,
  type Tool,
  type ToolCallId,
} from '../../contracts/index.ts'
import { checkJsonSchema, raceSignal, toLumosError } from '../../core/index.ts'
import { useBy } from '../data-use.ts'
import { askerOf } from '../require-use.ts'
import { jsonObject, toolName } from '../schemas.ts'
import type { VerbCall, VerbTable } from '../verb-definition.ts'

export const toolVerbs: Pick<VerbTable, 'tool.list' | 'tool.call'> = {
  'tool.list': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({}),
    effect: 'read',
    execute: ({ services }) => ({
      tools: [...services.tools.values()].map(({ name, description, parameters }) => ({
        name,
        description,
        parameters,
      })),
    }),
  },
  'tool.call': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ name: toolName, arguments: jsonObject }),
    effect: 'once',
    execute: callTool,
  },
}

/** Whoever calls a tool by hand has approved the call. */
async function callTool(call: VerbCall<'tool.call'>): Promise<{ result: JsonValue }> {
  const { services, issuer, subject, params, signal, stableId } = call
  const tool = findTool(services.tools, params.name)
  const issues = checkJsonSchema(tool.parameters, params.arguments)
  if (issues.length > 0) {
    throw new LumosError('invalid-request', `Wrong arguments. ${issues.join(' ')}`, { details: { issues } })
  }
  const release = services.slots.take(issuer)
  try {
    const execution = tool.execute(params.arguments, {
      toolCallId: stableId as ToolCallId,
      // A call by hand belongs to no run and no conversation: it is its own.
      runId: stableId as RunId,
      threadId: stableId as ThreadId,
      requester: subject,
      use: useBy(askerOf(call), ['read']),
      signal,
    })
    return { result: await raceSignal(execution, signal) }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    // Final, even where the tool's own failure could be retried: the first call may have taken effect.
    throw isLumosError(error) ? asFinal(error) : toLumosError(error, 'tool-failed')
  } finally {
    release()
  }
}

function findTool(tools: ReadonlyMap<string, Tool>, name: string): Tool {
  const tool = tools.get(name)
  if (tool !== undefined) return tool
  throw new LumosError('not-found', `There is no tool ${name}. Tools here: ${[...tools.keys()].join(', ')}.`)
}

function asFinal(error: LumosError): LumosError {
  const { details } = error
  return new LumosError(error.code, error.message, {
    retryable: false,
    cause: error,
    ...(details !== undefined && { details }),
  })
}
