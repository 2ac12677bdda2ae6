import type { AnswerRoute, RunEvent, ToolCall, ToolCallId } from '@lomusai/client-js'
import type { AnswerBlock, AnswerState, AnswerTurn, ToolBlock, ToolState } from './turn.ts'

/** The answer before its first event. */
export function startAnswer(known: Partial<Omit<AnswerTurn, 'kind'>> = {}): AnswerTurn {
  return { kind: 'answer', state: 'waiting', blocks: [], step: 0, lastEventId: 0, ...known }
}

/**
 * The answer after one more event. Pure. An event already seen changes nothing, so a replay is harmless.
 *
 * @param nowMs - milliseconds since 1970, when the event arrived
 */
export function reduceRunEvent(answer: AnswerTurn, event: RunEvent, nowMs: number): AnswerTurn {
  if (event.type === 'run-started') return startRun(answer, event)
  if (event.id <= answer.lastEventId) return answer
  const next: AnswerTurn = { ...answer, lastEventId: event.id }
  switch (event.type) {
    case 'step-started':
      return startStep(next, event)
    case 'text-delta':
      return appendText(timeFirstToken(next, nowMs), event)
    case 'tool-called':
      return upsertTool(timeFirstToken(next, nowMs), event, 'running')
    case 'approval-requested':
      return upsertTool(timeFirstToken(next, nowMs), event, 'waiting')
    case 'approval-decided':
      return updateTool(next, event.toolCallId, { state: event.approved ? 'running' : 'rejected' })
    case 'tool-finished':
      return finishTool(next, event)
    case 'answer-routed':
      return answeredBy(next, event.route)
    case 'step-finished':
      return addUsage(event.route === undefined ? next : answeredBy(next, event.route), event)
    case 'message-added':
      return next
    case 'run-finished':
      return finishRun(next, event)
  }
}

/** Ends an answer whose reader failed: the run may go on, but nothing more arrives here. */
export function failAnswer(answer: AnswerTurn, error: NonNullable<AnswerTurn['error']>): AnswerTurn {
  const state = error.code === 'run-stopped' ? 'stopped' : 'failed'
  return { ...answer, state, blocks: interrupt(answer.blocks), error }
}

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>

/** A run that started again elsewhere voids what came before. */
function startRun(answer: AnswerTurn, event: EventOf<'run-started'>): AnswerTurn {
  if (event.runId === answer.runId) return answer
  const { id, runId, threadId, nodeId } = event
  const { usage: _usage, firstTokenMs: _firstTokenMs, error: _error, ...kept } = answer
  return { ...kept, state: 'working', blocks: [], step: 0, lastEventId: id, runId, threadId, nodeId }
}

/** A step that starts again after a crash drops its text and its calls without result. */
function startStep(answer: AnswerTurn, event: EventOf<'step-started'>): AnswerTurn {
  const blocks = answer.blocks.filter(
    block =>
      block.step !== event.step ||
      (block.kind === 'tool' && (block.state === 'finished' || block.state === 'failed')),
  )
  return answeredBy({ ...answer, blocks, step: event.step }, event)
}

/** From here on, of this step. */
function answeredBy(
  answer: AnswerTurn,
  { modelId, engine, device }: Pick<AnswerRoute, 'modelId' | 'engine' | 'device'>,
): AnswerTurn {
  const next: AnswerTurn = { ...answer, modelId, engine }
  if (device !== undefined) next.device = device
  return next
}

function appendText(answer: AnswerTurn, event: EventOf<'text-delta'>): AnswerTurn {
  const last = answer.blocks.at(-1)
  if (last?.kind === 'text' && last.messageId === event.messageId) {
    const grown: AnswerBlock = { ...last, text: last.text + event.text }
    return { ...answer, blocks: [...answer.blocks.slice(0, -1), grown] }
  }
  const { messageId, text } = event
  return { ...answer, blocks: [...answer.blocks, { kind: 'text', step: answer.step, messageId, text }] }
}

function timeFirstToken(answer: AnswerTurn, nowMs: number): AnswerTurn {
  if (answer.firstTokenMs !== undefined || answer.askedAt === undefined) return answer
  return { ...answer, firstTokenMs: Math.max(0, nowMs - answer.askedAt) }
}

function upsertTool(answer: AnswerTurn, call: ToolCall, state: ToolState): AnswerTurn {
  const known = answer.blocks.some(block => isTool(block, call.toolCallId))
  if (known) return updateTool(answer, call.toolCallId, { state, arguments: call.arguments })
  const block: ToolBlock = {
    kind: 'tool',
    step: answer.step,
    toolCallId: call.toolCallId,
    name: call.name,
    arguments: call.arguments,
    state,
  }
  return { ...answer, blocks: [...answer.blocks, block] }
}

function updateTool(answer: AnswerTurn, toolCallId: ToolCallId, change: Partial<ToolBlock>): AnswerTurn {
  const blocks = answer.blocks.map(block => (isTool(block, toolCallId) ? { ...block, ...change } : block))
  return { ...answer, blocks }
}

function finishTool(answer: AnswerTurn, event: EventOf<'tool-finished'>): AnswerTurn {
  const wasRejected = answer.blocks.some(
    block => isTool(block, event.toolCallId) && block.state === 'rejected',
  )
  const state = wasRejected ? 'rejected' : event.isError ? 'failed' : 'finished'
  return updateTool(answer, event.toolCallId, { state, result: event.result })
}

/** Usage while the run goes on: what its finished steps took. `run-finished` has the last word. */
function addUsage(answer: AnswerTurn, event: EventOf<'step-finished'>): AnswerTurn {
  const inputTokens = (answer.usage?.inputTokens ?? 0) + event.usage.inputTokens
  const outputTokens = (answer.usage?.outputTokens ?? 0) + event.usage.outputTokens
  return { ...answer, usage: { inputTokens, outputTokens } }
}

function finishRun(answer: AnswerTurn, event: EventOf<'run-finished'>): AnswerTurn {
  const next: AnswerTurn = {
    ...answer,
    state: finalState(event.status.state),
    usage: event.usage,
    blocks: interrupt(answer.blocks),
  }
  if (event.error !== undefined) next.error = event.error
  return next
}

function finalState(state: EventOf<'run-finished'>['status']['state']): AnswerState {
  if (state === 'TASK_STATE_COMPLETED') return 'completed'
  return state === 'TASK_STATE_CANCELED' ? 'stopped' : 'failed'
}

/** Calls that will get no result any more. */
function interrupt(blocks: AnswerBlock[]): AnswerBlock[] {
  return blocks.map(block =>
    block.kind === 'tool' && (block.state === 'running' || block.state === 'waiting')
      ? { ...block, state: 'interrupted' }
      : block,
  )
}

function isTool(block: AnswerBlock, toolCallId: ToolCallId): block is ToolBlock {
  return block.kind === 'tool' && block.toolCallId === toolCallId
}
