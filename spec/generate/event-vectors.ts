import type { HostEvent, LumosError as LumosErrorType } from '../../packages/client-js/src/contracts/index.ts'
import { LumosError } from '../../packages/client-js/src/contracts/index.ts'
import {
  frameError,
  frameEvent,
  keepAlive,
} from '../../packages/client-js/src/transports/http/event-framing.ts'

const node = 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp'
const usage = { inputTokens: 21, outputTokens: 9 }
const toolCall = { toolCallId: 'call-1', name: 'calculator', arguments: { expression: '23 * 19' } }
const timestamp = '2026-01-02T03:04:05.678Z'
const answer = { messageId: 'message-2', role: 'ROLE_AGENT', parts: [{ text: '437 — 四百三十七' }] }

/** One answer per kind of verb, whole, and in between every type of event. */
const answers = {
  'agent.run': [
    { type: 'run-started', runId: 'run-1', threadId: 'thread-1', agentId: 'assistant', nodeId: node },
    { type: 'step-started', step: 1, modelId: 'scripted', engine: 'scripted', device: 'cpu' },
    { type: 'tool-called', ...toolCall },
    { type: 'approval-requested', ...toolCall },
    { type: 'approval-decided', toolCallId: 'call-1', approved: true, reason: 'safe' },
    { type: 'tool-finished', toolCallId: 'call-1', name: 'calculator', result: 437, isError: false },
    { type: 'step-finished', step: 1, usage, finishReason: 'tool-calls' },
    { type: 'step-started', step: 2, modelId: 'scripted', engine: 'scripted' },
    { type: 'text-delta', messageId: 'message-2', text: '437 —\n' },
    { type: 'step-finished', step: 2, usage, finishReason: 'stop' },
    { type: 'message-added', message: answer },
    { type: 'run-finished', status: { state: 'TASK_STATE_COMPLETED', timestamp }, usage },
  ],
  'model.generate': [
    { type: 'text-delta', text: 'Hello' },
    { type: 'tool-call', toolCallId: 'call-1', name: 'clock', argumentsText: '{"timezone": "UTC"' },
    { type: 'finished', finishReason: 'stop', usage },
  ],
  'run.stop': [
    {
      type: 'result',
      value: { id: 'run-1', contextId: 'thread-1', status: { state: 'TASK_STATE_CANCELED', timestamp } },
    },
  ],
}

const failed = {
  type: 'run-finished',
  status: { state: 'TASK_STATE_FAILED', timestamp },
  usage,
  error: { code: 'inference-failed', message: 'The prompt is longer than the context.', retryable: false },
}

/** Events that a reader of `verb` who has seen `offset` events must refuse. */
const refused = [
  { name: 'a gap', verb: 'agent.run', offset: 0, event: { id: 2, ...answers['agent.run'][8] } },
  { name: 'a repeat', verb: 'run.observe', offset: 5, event: { id: 5, ...answers['agent.run'][8] } },
  { name: 'no id', verb: 'agent.run', offset: 0, event: answers['agent.run'][0] },
  {
    name: 'an id that is text',
    verb: 'agent.run',
    offset: 0,
    event: { id: '1', ...answers['agent.run'][0] },
  },
  { name: 'no type', verb: 'agent.run', offset: 0, event: { id: 1 } },
  {
    name: 'text that is a number',
    verb: 'agent.run',
    offset: 0,
    event: { id: 1, type: 'text-delta', messageId: 'm', text: 5 },
  },
  {
    name: 'arguments that are text',
    verb: 'agent.run',
    offset: 0,
    event: { id: 1, type: 'tool-called', ...toolCall, arguments: '{}' },
  },
  {
    name: 'a message without parts',
    verb: 'agent.run',
    offset: 0,
    event: { id: 1, type: 'message-added', message: { messageId: 'm', role: 'ROLE_AGENT' } },
  },
  {
    name: 'a run-finished without usage',
    verb: 'agent.run',
    offset: 0,
    event: { id: 1, type: 'run-finished', status: failed.status },
  },
  { name: 'an array', verb: 'agent.run', offset: 0, event: [] },
  { name: 'a result without value', verb: 'run.get', offset: 0, event: { id: 1, type: 'result' } },
]

function numbered(events: object[], offset = 0): HostEvent[] {
  return events.map((event, index) => ({ id: offset + index + 1, ...event })) as HostEvent[]
}

export function eventVectors() {
  const complete = Object.entries(answers).map(([verb, events]) => ({
    verb,
    offset: 0,
    events: numbered(events),
  }))
  complete.push({ verb: 'run.observe', offset: 11, events: numbered([failed], 11) })
  return {
    complete,
    /** Types that a newer node may send, which a reader passes over. */
    unknown: [{ verb: 'agent.run', offset: 3, event: { id: 4, type: 'mood-changed', mood: 'good' } }],
    refused,
  }
}

/** The exact bytes of event streams, as text. */
export function eventStreamVectors() {
  const error = new LumosError('node-stopping', 'The node is stopping.', { details: { retryAfterMs: 2000 } })
  const streams = Object.entries(answers)
    .filter(([verb]) => verb !== 'run.stop')
    .map(([verb, events]) => stream(verb, numbered(events)))
  return {
    keepAlive,
    streams,
    broken: stream('model.generate', numbered(answers['model.generate'].slice(0, 1)), error),
  }
}

function stream(verb: string, events: HostEvent[], error?: LumosErrorType) {
  const text = events.map(frameEvent).join('') + (error === undefined ? '' : frameError(error))
  return { verb, events, ...(error && { error: error.toJSON() }), text }
}
