import {
  type AgentEvent,
  type AgentRunContext,
  type DataUse,
  type ErrorCode,
  type JsonValue,
  LumosError,
  type Tool,
  type ToolCall,
  type ToolResult,
} from '../contracts/index.ts'
import { raceSignal, toLumosError } from '../core/index.ts'
import { EventQueue } from './event-queue.ts'
import type { Step, StepCall } from './run-progress.ts'

const maxResultLength = 256 * 1024
const maxErrorLength = 1000

type RunToolContext = AgentRunContext & { use: DataUse }

/**
 * Runs the step's open calls at the same time and fills `step.results`. A tool's failure is its result; only an
 * abort throws.
 */
export async function* runTools(step: Step, context: RunToolContext): AsyncGenerator<AgentEvent> {
  const open = step.calls.filter(({ call }) => !step.results.has(call.toolCallId))
  for (const item of open) {
    if (!awaitsApproval(step, item) || step.approvalsRequested.has(item.call.toolCallId)) continue
    step.approvalsRequested.add(item.call.toolCallId)
    yield { type: 'approval-requested', ...item.call }
  }
  const queue = new EventQueue<AgentEvent>()
  const work = Promise.all(
    open.map(async item => {
      const result = await runCall(step, item, context, queue)
      step.results.set(result.toolCallId, result)
      await queue.push({ type: 'tool-finished', ...result })
    }),
  )
  yield* queue.drain(work)
}

function awaitsApproval(step: Step, { call, tool, problem }: StepCall): boolean {
  const isRunnable = problem === undefined && tool !== undefined
  return isRunnable && tool.requiresApproval === true && !step.decisions.has(call.toolCallId)
}

async function runCall(
  step: Step,
  item: StepCall,
  context: RunToolContext,
  queue: EventQueue<AgentEvent>,
): Promise<ToolResult> {
  const { call, tool, problem } = item
  if (problem !== undefined) return failure(call, problem.code, problem.message)
  if (tool === undefined) return failure(call, 'not-found', `The tool ${call.name} is no longer here.`)
  if (item.wasStarted && tool.idempotent !== true) {
    const message = 'The node restarted during this call. Whether it took effect is unknown.'
    return failure(call, 'tool-failed', message)
  }
  if (awaitsApproval(step, item)) {
    const decision = await raceSignal(context.waitForApproval(call.toolCallId), context.signal)
    step.decisions.set(call.toolCallId, decision)
    // The decision is written down before the tool begins: after a crash we know that it may have begun.
    await queue.push({ type: 'approval-decided', toolCallId: call.toolCallId, ...decision })
  }
  const decision = step.decisions.get(call.toolCallId)
  if (decision?.approved === false) {
    const reason = decision.reason === undefined ? '' : ` Reason: ${decision.reason}`
    return failure(call, 'forbidden', `The user declined this call.${reason}`)
  }
  return execute(tool, call, context)
}

async function execute(tool: Tool, call: ToolCall, context: RunToolContext): Promise<ToolResult> {
  const { signal, runId, threadId, requester, use } = context
  const { toolCallId } = call
  try {
    const execution = (async () =>
      tool.execute(call.arguments, { toolCallId, runId, threadId, requester, use, signal }))()
    const result = asJson(await raceSignal(execution, signal))
    return { toolCallId, name: call.name, result, isError: false }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const { code, message } = toLumosError(error, 'tool-failed')
    return failure(call, code, message.slice(0, maxErrorLength))
  }
}

/** A tool may give anything at run time; what the model reads is JSON. */
function asJson(value: unknown): JsonValue {
  const text: string | undefined = JSON.stringify(value)
  if (text === undefined) return null
  if (text.length > maxResultLength) throw new LumosError('too-large', 'The tool’s result is too large.')
  return JSON.parse(text)
}

function failure(call: ToolCall, code: ErrorCode, message: string): ToolResult {
  return { toolCallId: call.toolCallId, name: call.name, result: { error: { code, message } }, isError: true }
}
