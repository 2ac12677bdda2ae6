import { isErrorCode, LumosError, type Tool, type ToolDefinition } from '../../contracts/index.ts'
import { canonicalJson } from '../../core/index.ts'
import { codeOf } from './recorded-models.ts'
import type { RecordedCall, RecordedStep } from './recorded-steps.ts'

/** The tools of a record: each call gets what it got. */
export function recordedTools(
  definitions: readonly ToolDefinition[],
  steps: readonly RecordedStep[],
): Tool[] {
  const calls = steps.flatMap(step => step.calls).filter(({ wasAccepted }) => wasAccepted)
  const given = new Set<RecordedCall>()
  return definitions.map(definition => ({
    ...definition,
    requiresApproval: calls.some(({ call, needsApproval }) => call.name === definition.name && needsApproval),
    async execute(args) {
      const asked = canonicalJson(args)
      const item = calls.find(
        candidate =>
          !given.has(candidate) &&
          candidate.call.name === definition.name &&
          canonicalJson(candidate.call.arguments) === asked,
      )
      if (item?.result === undefined) throw new LumosError('tool-failed', 'The record has no such call.')
      given.add(item)
      const { result, isError } = item.result
      if (isError) throw errorOf(result)
      return result
    },
  }))
}

function errorOf(result: unknown): LumosError {
  const code = codeOf(result)
  const message = (result as { error?: { message?: unknown } }).error?.message
  return new LumosError(isErrorCode(code) ? code : 'tool-failed', String(message))
}
