import type {
  AgentEvent,
  AnswerRoute,
  ApprovalDecision,
  ErrorDescription,
  Message,
  MessageId,
  Tool,
  ToolCall,
  ToolCallId,
  ToolResult,
} from '../contracts/index.ts'
import { toolCallMediaType, toolResultMediaType } from '../contracts/index.ts'

/** A call of the step at hand. `tool` is absent when the call is wrong, or its tool is gone since. */
export interface StepCall {
  call: ToolCall
  tool?: Tool | undefined
  problem?: ErrorDescription
  /** It may have run before the node went down. */
  wasStarted: boolean
}

/** One question to the model and what became of its calls. */
export interface Step {
  step: number
  messageId: MessageId
  text: string
  /** Who answered, of a model that chooses. */
  route?: AnswerRoute
  calls: StepCall[]
  results: Map<ToolCallId, ToolResult>
  approvalsRequested: Set<ToolCallId>
  decisions: Map<ToolCallId, ApprovalDecision>
}

export interface RunProgress {
  nextStep: number
  /** What finished steps added to the conversation. */
  messages: Message[]
  /** The model had answered, its calls were not all done. */
  open: Step | undefined
  isComplete: boolean
}

export function newStep(step: number, messageId: MessageId): Step {
  return {
    step,
    messageId,
    text: '',
    calls: [],
    results: new Map(),
    approvalsRequested: new Set(),
    decisions: new Map(),
  }
}

/** Where a run stands after what its journal tells. A step whose model had not finished starts again. */
export function readJournal(
  journal: readonly AgentEvent[],
  tools: readonly Tool[],
  createMessageId: () => MessageId,
): RunProgress {
  const progress: RunProgress = { nextStep: 1, messages: [], open: undefined, isComplete: false }
  let current: Step | undefined
  for (const event of journal) {
    if (event.type === 'step-started') {
      current = newStep(event.step, createMessageId())
      progress.open = undefined
      progress.nextStep = event.step
    } else if (event.type === 'message-added') {
      progress.messages.push(event.message)
      progress.isComplete = !event.message.parts.some(part => part.mediaType === toolCallMediaType)
      progress.open = undefined
      current = undefined
    } else if (current !== undefined) {
      if (event.type === 'step-finished') {
        if (event.route !== undefined) current.route = event.route
        progress.open = current
        progress.nextStep = event.step + 1
      } else applyToStep(current, event, tools)
    }
  }
  if (progress.open !== undefined) markStarted(progress.open)
  return progress
}

function applyToStep(step: Step, event: AgentEvent, tools: readonly Tool[]): void {
  switch (event.type) {
    case 'text-delta':
      step.messageId = event.messageId
      step.text += event.text
      break
    case 'tool-called': {
      const { type: _, ...call } = event
      step.calls.push({ call, tool: tools.find(({ name }) => name === call.name), wasStarted: false })
      break
    }
    case 'approval-requested':
      step.approvalsRequested.add(event.toolCallId)
      break
    case 'approval-decided': {
      const { type: _, toolCallId, ...decision } = event
      step.decisions.set(toolCallId, decision)
      break
    }
    case 'tool-finished': {
      const { type: _, ...result } = event
      // A call that was wrong has a result only.
      if (!step.calls.some(({ call }) => call.toolCallId === result.toolCallId)) {
        const call = { toolCallId: result.toolCallId, name: result.name, arguments: {} }
        step.calls.push({ call, wasStarted: false })
      }
      step.results.set(result.toolCallId, result)
      break
    }
  }
}

/** Whatever needed no approval, or had it, may have begun. */
function markStarted(step: Step): void {
  for (const item of step.calls) {
    const id = item.call.toolCallId
    const needsApproval = item.tool?.requiresApproval === true || step.approvalsRequested.has(id)
    item.wasStarted = !step.results.has(id) && (!needsApproval || step.decisions.get(id)?.approved === true)
  }
}

/** The step as one whole message: text, calls, and the results in the order of the calls. */
export function stepMessage(step: Step, base: Pick<Message, 'contextId' | 'taskId' | 'metadata'>): Message {
  const parts: Message['parts'] = []
  if (step.text !== '' || step.calls.length === 0) parts.push({ text: step.text })
  for (const { call } of step.calls) parts.push({ data: { ...call }, mediaType: toolCallMediaType })
  for (const { call } of step.calls) {
    const result = step.results.get(call.toolCallId)
    if (result !== undefined) parts.push({ data: { ...result }, mediaType: toolResultMediaType })
  }
  return { ...base, messageId: step.messageId, role: 'ROLE_AGENT', parts }
}
