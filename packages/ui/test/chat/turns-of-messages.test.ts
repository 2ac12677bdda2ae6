import { type Message, toolCallMediaType, toolResultMediaType } from '@lomusai/client-js'
import { describe, expect, it } from 'vitest'
import { turnsOfMessages } from '../../src/chat/turns-of-messages.ts'

function message(messageId: string, role: string, parts: unknown[], taskId?: string): Message {
  return { messageId, role, parts, ...(taskId !== undefined && { taskId }) } as Message
}

const call = { toolCallId: 'c1', name: 'clock', arguments: { timezone: 'Asia/Tokyo' } }
const result = { toolCallId: 'c1', name: 'clock', result: '15:41', isError: false }

describe('turnsOfMessages', () => {
  it('joins the agent’s calls, their results and its text to one answer', () => {
    const turns = turnsOfMessages([
      message('m1', 'ROLE_USER', [{ text: 'What time is it in Tokyo?' }]),
      message('m2', 'ROLE_AGENT', [{ data: call, mediaType: toolCallMediaType }], 'r1'),
      message('m3', 'ROLE_USER', [{ data: result, mediaType: toolResultMediaType }], 'r1'),
      message('m4', 'ROLE_AGENT', [{ text: '15:41.' }], 'r1'),
      message('m5', 'ROLE_USER', [{ text: 'Thanks' }]),
    ])
    expect(turns.map(turn => turn.kind)).toEqual(['user', 'answer', 'user'])
    expect(turns[1]).toMatchObject({
      runId: 'r1',
      state: 'completed',
      blocks: [
        { kind: 'tool', name: 'clock', state: 'finished', result: '15:41' },
        { kind: 'text', text: '15:41.' },
      ],
    })
  })

  it('shows a call without result as interrupted, and a failed one as failed', () => {
    const failed = {
      toolCallId: 'c2',
      name: 'fetch',
      result: { error: { code: 'forbidden' } },
      isError: true,
    }
    const [answer] = turnsOfMessages([
      message('m1', 'ROLE_AGENT', [
        { data: call, mediaType: toolCallMediaType },
        { data: { ...call, toolCallId: 'c2', name: 'fetch' }, mediaType: toolCallMediaType },
        { data: failed, mediaType: toolResultMediaType },
      ]),
    ])
    expect(answer).toMatchObject({ blocks: [{ state: 'interrupted' }, { state: 'failed' }] })
  })

  it('leaves out parts that are not what they claim to be', () => {
    const [answer] = turnsOfMessages([
      message('m1', 'ROLE_AGENT', [
        { data: 'not a call', mediaType: toolCallMediaType },
        { data: { toolCallId: 7 }, mediaType: toolResultMediaType },
        { url: 'https://example.org/file' },
        { text: 'still here' },
      ]),
    ])
    expect(answer).toMatchObject({ blocks: [{ kind: 'text', text: 'still here' }] })
  })

  it('says which model wrote an answer, where the message does', () => {
    const written = { modelId: 'lumos-nano', device: 'wasm', engine: 'onnx' }
    const [answer] = turnsOfMessages([
      { ...message('m1', 'ROLE_AGENT', [{ text: 'Hi' }]), metadata: written },
    ])
    expect(answer).toMatchObject({ modelId: 'lumos-nano', device: 'wasm' })
  })
})
