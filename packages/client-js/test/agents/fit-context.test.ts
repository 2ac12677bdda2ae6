import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toChatMessages } from '../../src/agents/chat-messages.ts'
import { fitContext, promptBytes } from '../../src/agents/fit-context.ts'
import {
  type ChatMessage,
  type Message,
  type MessageId,
  type ToolCallId,
  toolCallMediaType,
  toolResultMediaType,
} from '../../src/contracts/index.ts'

const toolCallId = 'call' as ToolCallId

function turn(text: string, size: number): ChatMessage[] {
  return [
    { role: 'user', content: text },
    { role: 'assistant', content: '', toolCalls: [{ toolCallId, name: 'look', argumentsText: '{}' }] },
    { role: 'tool', content: 'x'.repeat(size), toolCallId, name: 'look' },
    { role: 'assistant', content: `answer to ${text}` },
  ]
}

describe('fitContext', () => {
  const instructions = 'Be brief.'

  it('keeps everything that fits, in order', () => {
    const conversation = [...turn('one', 10), ...turn('two', 10)]
    const messages = fitContext({ instructions, conversation, tools: [] }, 10_000)
    expect(messages).toEqual([{ role: 'system', content: instructions }, ...conversation])
  })

  it('drops the oldest turns first, each as a whole', () => {
    const conversation = [...turn('one', 10), ...turn('two', 400), ...turn('three', 10)]
    const maxBytes = promptBytes([...turn('two', 400), ...turn('three', 10)], []) + 200
    const messages = fitContext({ instructions, conversation, tools: [] }, maxBytes)
    expect(messages.slice(1)).toEqual([...turn('two', 400), ...turn('three', 10)])
    expect(fitContext({ instructions, conversation, tools: [] }, maxBytes - 400).slice(1)).toEqual(
      turn('three', 10),
    )
  })

  it('keeps the current turn even when it alone is too long, and cuts its longest tool result', () => {
    const conversation = [...turn('one', 10), ...turn('two', 5000)]
    const messages = fitContext({ instructions, conversation, tools: [] }, 2000)
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'assistant'])
    expect(messages[3]?.content).toMatch(/… \(cut\)$/)
    expect(promptBytes(messages, [])).toBeLessThanOrEqual(2000)
  })

  it('never splits a call from its result, whatever the sizes', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 12_000 }), (turnSizes, maxBytes) => {
        const conversation = turnSizes.flatMap((size, index) => turn(`${index}`, size))
        const messages = fitContext({ instructions: '', conversation, tools: [] }, maxBytes)
        expect(messages.length % 4).toBe(0)
        expect(messages[0]?.role).toBe('user')
        expect(messages.at(-1)).toEqual(conversation.at(-1))
      }),
    )
  })
})

describe('toChatMessages', () => {
  const base = { messageId: 'm' as MessageId }
  const call = { toolCallId, name: 'look', arguments: { at: 'moon' } }

  it('turns an agent message with a call into the call and its result', () => {
    const message: Message = {
      ...base,
      role: 'ROLE_AGENT',
      parts: [
        { text: 'Let me look.' },
        { data: call, mediaType: toolCallMediaType },
        {
          data: { toolCallId, name: 'look', result: { phase: 'full' }, isError: false },
          mediaType: toolResultMediaType,
        },
      ],
    }
    expect(toChatMessages([message])).toEqual([
      {
        role: 'assistant',
        content: 'Let me look.',
        toolCalls: [{ toolCallId, name: 'look', argumentsText: '{"at":"moon"}' }],
      },
      { role: 'tool', toolCallId, name: 'look', content: '{"phase":"full"}' },
    ])
  })

  it('leaves out a call that has no result', () => {
    const parts = [{ text: 'Hm.' }, { data: call, mediaType: toolCallMediaType }]
    expect(toChatMessages([{ ...base, role: 'ROLE_AGENT', parts }])).toEqual([
      { role: 'assistant', content: 'Hm.' },
    ])
  })

  it('shows a model the parts of a user message it can read', () => {
    const parts = [
      { text: 'See' },
      { data: { a: 1 } },
      { url: 'https://example.com/a.png' },
      { raw: 'AAAA', filename: 'a.bin' },
    ]
    const [message] = toChatMessages([{ ...base, role: 'ROLE_USER', parts }])
    expect(message?.content).toBe('See\n{"a":1}\nhttps://example.com/a.png\n[attached file a.bin ]')
  })
})
