import type { AgentEvent, RunEvent } from '@lomusai/client-js'
import { describe, expect, it } from 'vitest'
import { failAnswer, reduceRunEvent, startAnswer } from '../../src/chat/reduce-run-event.ts'
import { type AnswerTurn, answerText, isRunning, pendingApprovals } from '../../src/chat/turn.ts'

const startedAt = 1_000

/** Numbers events as a host does and reduces them, 10 ms apart. */
function answerOf(events: unknown[], from: AnswerTurn = startAnswer({ askedAt: startedAt })): AnswerTurn {
  return numbered(events, from.lastEventId).reduce(
    (answer, event) => reduceRunEvent(answer, event, startedAt + event.id * 10),
    from,
  )
}

function numbered(events: unknown[], after = 0): RunEvent[] {
  return (events as AgentEvent[]).map((event, index) => ({ ...event, id: after + index + 1 }) as RunEvent)
}

const started = {
  type: 'run-started',
  runId: 'r1',
  threadId: 't1',
  agentId: 'assistant',
  nodeId: 'did:key:z6Mk',
}
const step = (number: number) => ({
  type: 'step-started',
  step: number,
  modelId: 'lumos-nano',
  engine: 'onnx',
  device: 'wasm',
})
const text = (text: string, messageId = 'm1') => ({ type: 'text-delta', messageId, text })
const call = { toolCallId: 'c1', name: 'calculator', arguments: { expression: '23 * 19' } }
const usage = { inputTokens: 40, outputTokens: 12 }
const finished = (state: string, error?: unknown) => ({
  type: 'run-finished',
  status: { state, timestamp: '2026-11-24T06:00:00Z' },
  usage,
  ...(error !== undefined && { error }),
})

describe('reduceRunEvent', () => {
  it('shows a tool call, its result and the text after it, and who answered', () => {
    const answer = answerOf([
      started,
      step(1),
      { type: 'tool-called', ...call },
      { type: 'tool-finished', toolCallId: 'c1', name: 'calculator', result: 437, isError: false },
      { type: 'step-finished', step: 1, usage, finishReason: 'tool-calls' },
      step(2),
      text('It is '),
      text('437.'),
      finished('TASK_STATE_COMPLETED'),
    ])
    expect(answer).toMatchObject({
      state: 'completed',
      runId: 'r1',
      modelId: 'lumos-nano',
      device: 'wasm',
      usage,
    })
    expect(answer.blocks.map(block => block.kind)).toEqual(['tool', 'text'])
    expect(answer.blocks[0]).toMatchObject({
      state: 'finished',
      result: 437,
      arguments: { expression: '23 * 19' },
    })
    expect(answerText(answer)).toBe('It is 437.')
    expect(isRunning(answer)).toBe(false)
  })

  it('measures the time to the first text or tool call, once', () => {
    const answer = answerOf([started, step(1), text('a'), text('b')])
    expect(answer.firstTokenMs).toBe(30)
  })

  it('ignores events it has seen, so that a replay changes nothing', () => {
    const events = numbered([started, step(1), text('once')])
    const answer = events.reduce((answer, event) => reduceRunEvent(answer, event, 0), startAnswer())
    const replayed = events.reduce((answer, event) => reduceRunEvent(answer, event, 0), answer)
    expect(replayed).toEqual(answer)
  })

  it('gives the same answer when it is read in two parts', () => {
    const all = [started, step(1), text('one '), text('two'), finished('TASK_STATE_COMPLETED')]
    const first = JSON.parse(JSON.stringify(answerOf(all.slice(0, 3))))
    expect(answerOf(all.slice(3), first)).toEqual(answerOf(all))
  })

  it('drops the text and the unfinished calls of a step that starts again', () => {
    const again = { toolCallId: 'c2', name: 'clock', arguments: {} }
    const answer = answerOf([
      started,
      step(1),
      { type: 'tool-called', ...call },
      { type: 'tool-finished', toolCallId: 'c1', name: 'calculator', result: 437, isError: false },
      { type: 'tool-called', ...again },
      text('half a sent'),
      step(1),
    ])
    expect(answer.blocks).toHaveLength(1)
    expect(answer.blocks[0]).toMatchObject({ toolCallId: 'c1', state: 'finished' })
  })

  it('voids everything when the run starts again elsewhere', () => {
    const before = answerOf([started, step(1), text('lost')])
    const elsewhere = { ...started, runId: 'r2', nodeId: 'did:key:z6Other', id: 1 } as RunEvent
    const answer = reduceRunEvent(before, elsewhere, 0)
    expect(answer).toMatchObject({ runId: 'r2', blocks: [], lastEventId: 1, state: 'working' })
  })

  it('waits for a person, and shows a no as rejected even after the tool reports it', () => {
    const asked = answerOf([started, step(1), { type: 'approval-requested', ...call }])
    expect(pendingApprovals(asked).map(block => block.name)).toEqual(['calculator'])
    const error = { error: { code: 'forbidden', message: 'rejected' } }
    const refused = answerOf(
      [
        { type: 'approval-decided', toolCallId: 'c1', approved: false },
        { type: 'tool-finished', toolCallId: 'c1', name: 'calculator', result: error, isError: true },
      ],
      asked,
    )
    expect(refused.blocks[0]).toMatchObject({ state: 'rejected', result: error })
    expect(pendingApprovals(refused)).toEqual([])
  })

  it('shows an approved call once, running', () => {
    const answer = answerOf([
      started,
      step(1),
      { type: 'approval-requested', ...call },
      { type: 'approval-decided', toolCallId: 'c1', approved: true },
      { type: 'tool-called', ...call },
    ])
    expect(answer.blocks).toHaveLength(1)
    expect(answer.blocks[0]).toMatchObject({ state: 'running' })
  })

  it.each([
    ['TASK_STATE_CANCELED', 'stopped'],
    ['TASK_STATE_FAILED', 'failed'],
    ['TASK_STATE_REJECTED', 'failed'],
  ])('ends as %s with state %s and no call left running', (state, expected) => {
    const error = { code: 'inference-failed', message: 'context overflow', retryable: false }
    const answer = answerOf([started, step(1), { type: 'tool-called', ...call }, finished(state, error)])
    expect(answer).toMatchObject({ state: expected, error })
    expect(answer.blocks[0]).toMatchObject({ state: 'interrupted' })
  })
})

describe('failAnswer', () => {
  it('keeps what was read and where reading stopped', () => {
    const read = answerOf([started, step(1), text('so far')])
    const answer = failAnswer(read, { code: 'connection-lost', message: 'broken', retryable: true })
    expect(answer).toMatchObject({ state: 'failed', lastEventId: 3, runId: 'r1' })
    expect(answerText(answer)).toBe('so far')
  })
})
