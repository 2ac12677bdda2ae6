import { describe, expect, expectTypeOf, it } from 'vitest'
import { LumosError, type RunEvent } from '../../src/index.ts'
import { createFixture, gate } from './fixture.ts'

const toolTurn = { text: 'Let me see. ', toolCalls: [{ name: 'double', arguments: { n: 21 } }] }

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}

describe('an agent', () => {
  it('answers with text, tool calls, results, usage and where it ran', async () => {
    await using fixture = await createFixture([toolTurn, 'It is 42.'])
    const result = await fixture.client.getAgent('assistant').generate('double 21')
    expect(result).toMatchObject({
      text: 'It is 42.',
      message: { role: 'ROLE_AGENT', parts: [{ text: 'It is 42.' }] },
      toolCalls: [{ name: 'double', arguments: { n: 21 } }],
      toolResults: [{ name: 'double', result: 42, isError: false }],
      finishReason: 'stop',
      status: { state: 'TASK_STATE_COMPLETED' },
      place: { kind: 'local' },
      nodeId: fixture.host.nodeId,
      modelId: 'scripted',
      engine: 'scripted',
      device: 'cpu',
    })
    expect(result.usage.outputTokens).toBeGreaterThan(0)
  })

  it('goes on with a conversation by its threadId', async () => {
    await using fixture = await createFixture(['Hello Ada.', 'You are Ada.'])
    const agent = fixture.client.getAgent('assistant')
    const { threadId } = await agent.generate('I am Ada')
    await agent.generate('Who am I?', { threadId })
    const [, second] = fixture.model.requests
    expect(second?.messages.map(({ content }) => content)).toEqual([
      expect.any(String),
      'I am Ada',
      'Hello Ada.',
      'Who am I?',
    ])
  })

  it('takes messages and options in the shape of version 0', async () => {
    await using fixture = await createFixture(['Hi.'])
    await fixture.client.getAgent('assistant').generate({
      messages: [{ role: 'user', content: 'Hello' }],
      temperature: 0,
      maxSteps: 2,
    })
    expect(fixture.model.requests[0]).toMatchObject({ temperature: 0 })
  })

  it('refuses a role that no message has', async () => {
    await using fixture = await createFixture([])
    const input = [{ role: 'system' as 'user', content: 'Obey' }]
    await expect(fixture.client.getAgent('assistant').generate(input)).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })

  it('rejects with the run’s own error when the run fails', async () => {
    await using fixture = await createFixture([
      { error: new LumosError('inference-failed', 'Out of order.') },
    ])
    await expect(fixture.client.getAgent('assistant').generate('Hello')).rejects.toMatchObject({
      code: 'inference-failed',
    })
  })

  it('rejects with not-found when nobody knows the agent', async () => {
    await using fixture = await createFixture([])
    await expect(fixture.client.getAgent('nobody').stream('Hello')).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('ends the run at its deadline', async () => {
    const held = gate()
    await using fixture = await createFixture([{ text: 'never', gate: () => held.opened }])
    const answer = fixture.client.getAgent('assistant').generate('Hello', { deadlineMs: 60 })
    await expect(answer).rejects.toMatchObject({ code: 'deadline-exceeded' })
    held.open()
  })
})

describe('a stream', () => {
  it('gives every way of reading everything, at the same time and afterwards', async () => {
    await using fixture = await createFixture([toolTurn, 'It is 42.'])
    const stream = await fixture.client.getAgent('assistant').stream('double 21')
    const [events, again, texts, result] = await Promise.all([
      all(stream),
      all(stream),
      all(stream.textStream),
      stream.result,
    ])
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1))
    expect(again).toEqual(events)
    expect(texts.join('')).toBe('Let me see. It is 42.')
    expect(result.runId).toBe(stream.runId)
    expect(await all(stream)).toEqual(events)
    expect(await stream.text).toBe('It is 42.')
  })

  it('types each event by its type', async () => {
    await using fixture = await createFixture(['Hi.'])
    for await (const event of await fixture.client.getAgent('assistant').stream('Hello')) {
      expectTypeOf(event).toEqualTypeOf<RunEvent>()
      if (event.type === 'text-delta') expectTypeOf(event.text).toBeString()
      if (event.type === 'run-finished') expectTypeOf(event.usage.outputTokens).toBeNumber()
    }
  })

  it('left in the middle goes on where it was left, and the run never knew', async () => {
    const held = gate()
    await using fixture = await createFixture([
      { text: 'one two three', gate: chunk => (chunk === 2 ? held.opened : undefined) },
    ])
    const stream = await fixture.client.getAgent('assistant').stream('count')
    for await (const event of stream) if (event.type === 'text-delta') break
    held.open()
    const events = await all(stream)
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1))
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', status: { state: 'TASK_STATE_COMPLETED' } })
  })

  it('aborted stops reading while the run goes on, and observe reads the rest', async () => {
    const held = gate()
    await using fixture = await createFixture([
      { text: 'one two three', gate: chunk => (chunk === 2 ? held.opened : undefined) },
    ])
    const abort = new AbortController()
    const stream = await fixture.client.getAgent('assistant').stream('count', { signal: abort.signal })
    const result = stream.result
    const seen: RunEvent[] = []
    const reading = (async () => {
      for await (const event of stream) {
        seen.push(event)
        if (event.type === 'text-delta') abort.abort(new Error('left'))
      }
    })()
    await expect(reading).rejects.toThrow('left')
    await expect(result).rejects.toThrow('left')
    held.open()
    const rest = await all(fixture.client.observe({ runId: stream.runId, offset: seen.length }))
    expect([...seen, ...rest].map(({ id }) => id)).toEqual(
      Array.from({ length: seen.length + rest.length }, (_, index) => index + 1),
    )
    expect(rest.at(-1)).toMatchObject({ status: { state: 'TASK_STATE_COMPLETED' } })
  })

  it('stop cancels the run, and the result keeps the text so far', async () => {
    const held = gate()
    await using fixture = await createFixture([
      { text: 'one two three', gate: chunk => (chunk === 2 ? held.opened : undefined) },
    ])
    const stream = await fixture.client.getAgent('assistant').stream('count')
    for await (const event of stream) if (event.type === 'text-delta') break
    const task = await stream.stop()
    expect(task).toMatchObject({ id: stream.runId, status: { state: 'TASK_STATE_CANCELED' } })
    const result = await stream.result
    expect(result.status.state).toBe('TASK_STATE_CANCELED')
    expect(result.text).toMatch(/^one/)
    expect(await fixture.client.getRun(stream.runId)).toMatchObject({
      status: { state: 'TASK_STATE_CANCELED' },
    })
    held.open()
  })

  it('waits for a person where a tool demands one', async () => {
    await using fixture = await createFixture([
      { toolCalls: [{ name: 'delete', arguments: { n: 1 } }] },
      'Gone.',
    ])
    const stream = await fixture.client.getAgent('assistant').stream('delete 1')
    for await (const event of stream) {
      if (event.type !== 'approval-requested') continue
      expect(stream.pendingApprovals).toMatchObject([{ name: 'delete', arguments: { n: 1 } }])
      await stream.approve(event.toolCallId, true, 'fine')
    }
    const { text, toolResults } = await stream.result
    expect(text).toBe('Gone.')
    expect(toolResults).toMatchObject([{ name: 'delete', result: 2 }])
    expect(stream.pendingApprovals).toEqual([])
  })

  it('calls the handlers of processDataStream in order', async () => {
    await using fixture = await createFixture([toolTurn, 'It is 42.'])
    const stream = await fixture.client.getAgent('assistant').stream('double 21')
    const parts: unknown[] = []
    await stream.processDataStream({
      onTextPart: text => void parts.push(text.trim()),
      onToolCallPart: ({ toolName, args }) => void parts.push([toolName, args]),
      onToolResultPart: ({ result }) => void parts.push(result),
      onFinishMessagePart: ({ finishReason }) => void parts.push(finishReason),
    })
    expect(parts).toEqual(['Let', 'me', 'see.', ['double', { n: 21 }], 42, 'It', 'is', '42.', 'stop'])
  })
})
