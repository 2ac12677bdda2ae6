import type {
  AgentEvent,
  AnswerRoute,
  ApprovalDecision,
  RunEventPayloads,
  ToolCall,
  ToolCallId,
  ToolResult,
} from '../../contracts/index.ts'
import { toolCallMediaType } from '../../contracts/index.ts'

/** A call as its step had it, and what became of it. */
export interface RecordedCall {
  call: ToolCall
  /** The agent found it in order. */
  wasAccepted: boolean
  needsApproval: boolean
  decision?: ApprovalDecision
  result?: ToolResult
}

/** One question to the model, the last time it was put. */
export interface RecordedStep {
  started: RunEventPayloads['step-started']
  /** In the pieces in which it came, and who went on with it between them. */
  texts: (string | AnswerRoute)[]
  calls: RecordedCall[]
  /** Absent: the model had not finished when the run ended. */
  finished?: Omit<RunEventPayloads['step-finished'], 'step'>
}

/** What a run's models, tools and people said, step by step. A step that started again counts as it was then. */
export function readSteps(events: readonly AgentEvent[]): RecordedStep[] {
  const steps = new Map<number, RecordedStep>()
  let step: RecordedStep | undefined
  for (const event of events) {
    if (event.type === 'step-started') {
      const { type: _, ...started } = event
      step = { started, texts: [], calls: [] }
      steps.set(event.step, step)
    } else if (step !== undefined) addTo(step, event)
  }
  return [...steps.values()]
}

function addTo(step: RecordedStep, event: AgentEvent): void {
  switch (event.type) {
    case 'text-delta':
      step.texts.push(event.text)
      break
    case 'answer-routed':
      step.texts.push(event.route)
      break
    case 'tool-called': {
      const { toolCallId, name, arguments: args } = event
      callOf(step, { toolCallId, name, arguments: args }).wasAccepted = true
      break
    }
    case 'approval-requested':
      callOf(step, event).needsApproval = true
      break
    case 'approval-decided': {
      const { toolCallId, approved, reason } = event
      const item = step.calls.find(({ call }) => call.toolCallId === toolCallId)
      if (item) item.decision = { approved, ...(reason !== undefined && { reason }) }
      break
    }
    case 'tool-finished': {
      const { toolCallId, name, result, isError } = event
      callOf(step, { toolCallId, name, arguments: {} }).result = { toolCallId, name, result, isError }
      break
    }
    case 'step-finished':
      step.finished = {
        usage: event.usage,
        finishReason: event.finishReason,
        ...(event.route !== undefined && { route: event.route }),
      }
      break
    case 'message-added':
      orderCalls(step, event.message.parts)
      break
  }
}

function callOf(step: RecordedStep, call: ToolCall): RecordedCall {
  const known = step.calls.find(item => item.call.toolCallId === call.toolCallId)
  if (known !== undefined) return known
  const { toolCallId, name, arguments: args } = call
  const item = { call: { toolCallId, name, arguments: args }, wasAccepted: false, needsApproval: false }
  step.calls.push(item)
  return item
}

/** The message has every call in the order of the model, with the arguments of those that were refused. */
function orderCalls(step: RecordedStep, parts: RunEventPayloads['message-added']['message']['parts']): void {
  const calls = parts.flatMap(part =>
    part.mediaType === toolCallMediaType ? [part.data as unknown as ToolCall] : [],
  )
  const places = new Map<ToolCallId, number>(calls.map(({ toolCallId }, place) => [toolCallId, place]))
  for (const item of step.calls) {
    const place = places.get(item.call.toolCallId)
    if (place !== undefined) item.call = calls[place] as ToolCall
  }
  const placeOf = ({ call }: RecordedCall) => places.get(call.toolCallId) ?? 0
  step.calls.sort((one, other) => placeOf(one) - placeOf(other))
}
