import { describe, expect, it } from 'vitest'
import { LumosError, type Tool } from '../../src/contracts/index.ts'
import { agentSuite, runAgent } from '../../src/testing/agent-suite.ts'
import { runParams } from '../../src/testing/host-fixture.ts'
import { add, assistant, call, ofType, type Script, toolMessages } from './agent-setup.ts'

agentSuite('AgentLoop', { create: () => assistant(() => 'Hello to you.').agent })
agentSuite('AgentLoop with a tool', {
  create: () =>
    assistant(
      ({ messages }) =>
        messages.some(({ role }) => role === 'tool') ? 'It is 3.' : call('add', { a: 1, b: 2 }),
      [add],
    ).agent,
})

it('says in every message which model wrote it', async () => {
  const { agent } = assistant([call('add', { a: 20, b: 3 }), 'It is 23.'], [add])
  const added = ofType(await runAgent(agent, runParams('20 + 3?')), 'message-added')
  const writer = { modelId: 'scripted', engine: 'scripted', device: 'cpu' }
  expect(added.map(({ message }) => message.metadata)).toEqual([writer, writer])
})

describe('tool calls', () => {
  it('feed their results to the model, which then answers', async () => {
    const { agent, model } = assistant([call('add', { a: 20, b: 3 }), 'It is 23.'], [add])
    const events = await runAgent(agent, runParams('20 + 3?'))
    expect(ofType(events, 'tool-finished')).toMatchObject([{ name: 'add', result: 23, isError: false }])
    expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
    ])
    expect(toolMessages(model)).toEqual(['23'])
  })

  it('run at the same time, and reach the model in the order of the calls', async () => {
    const order: string[] = []
    const both = Promise.withResolvers<void>()
    const meet: Tool = {
      ...add,
      name: 'meet',
      parameters: { type: 'object' },
      async execute({ who }) {
        order.push(`${who} begins`)
        if (order.length === 2) both.resolve()
        // Each waits for the other: one after the other would never end.
        await both.promise
        if (who === 'first') await new Promise(resolve => setImmediate(resolve))
        order.push(`${who} ends`)
        return `${who}`
      },
    }
    const calls = ['first', 'second'].map(who => ({ name: 'meet', arguments: { who } }))
    const { agent, model } = assistant([{ toolCalls: calls }, 'done'], [meet])
    const events = await runAgent(agent, runParams('go'))
    expect(order).toEqual(['first begins', 'second begins', 'second ends', 'first ends'])
    expect(ofType(events, 'tool-finished').map(({ result }) => result)).toEqual(['second', 'first'])
    expect(toolMessages(model)).toEqual(['first', 'second'])
  })

  it.each([
    ['a missing bracket', '{"a": 1, "b": 2'],
    ['single quotes', "{'a': 1, 'b': 2}"],
    ['numbers as text', '{"a": "1", "b": " 2 "}'],
    ['an envelope around them', '{"arguments": {"a": 1, "b": 2}}'],
    ['JSON inside JSON', JSON.stringify('{"a": 1, "b": 2}')],
    ['null for what is optional', '{"a": 1, "b": 2, "c": null}'],
  ])('are mended: %s', async (_title, text) => {
    const { agent } = assistant([call('add', text), 'ok'], [add])
    const events = await runAgent(agent, runParams('1 + 2?'))
    expect(ofType(events, 'tool-called')).toMatchObject([{ arguments: { a: 1, b: 2 } }])
    expect(ofType(events, 'tool-finished')).toMatchObject([{ result: 3, isError: false }])
  })

  it('with arguments beyond mending tell the model what is wrong, and it tries again', async () => {
    const { agent, model } = assistant([call('add', { a: 'one' }), call('add', { a: 1, b: 2 }), 'ok'], [add])
    const events = await runAgent(agent, runParams('1 + 2?'))
    const [first, second] = ofType(events, 'tool-finished')
    expect(first).toMatchObject({ isError: true, result: { error: { code: 'invalid-request' } } })
    expect(JSON.stringify(first?.result)).toMatch(/"b"|\bb\b/)
    expect(second).toMatchObject({ isError: false, result: 3 })
    expect(ofType(events, 'tool-called')).toHaveLength(1)
    expect(model.requests[1]?.messages.at(-1)?.content).toContain('Wrong arguments')
  })

  it('of an unknown tool name the ones there are', async () => {
    const { agent, model } = assistant([call('subtract', {}), 'ok'], [add])
    await runAgent(agent, runParams('2 - 1?'))
    expect(toolMessages(model)[0]).toMatch(/no tool.*subtract.*add/)
  })

  it('that fail are results, not the end', async () => {
    const broken: Tool = { ...add, name: 'broken', execute: () => Promise.reject(new Error('wires crossed')) }
    const sudden: Tool = {
      ...add,
      name: 'sudden',
      execute() {
        throw new LumosError('rate-limited', 'too often')
      },
    }
    const args = { a: 1, b: 1 }
    const toolCalls = [
      { name: 'broken', arguments: args },
      { name: 'sudden', arguments: args },
    ]
    const { agent } = assistant([{ toolCalls }, 'sorry'], [broken, sudden])
    const events = await runAgent(agent, runParams('go'))
    const results = Object.fromEntries(ofType(events, 'tool-finished').map(result => [result.name, result]))
    expect(results).toMatchObject({
      broken: { isError: true, result: { error: { code: 'tool-failed', message: 'wires crossed' } } },
      sudden: { isError: true, result: { error: { code: 'rate-limited' } } },
    })
    expect(ofType(events, 'message-added')).toHaveLength(2)
  })

  it('have ids of their own, though the model numbers them anew each time', async () => {
    const script = [call('add', { a: 1, b: 1 }), call('add', { a: 2, b: 2 }), 'ok']
    const events = await runAgent(assistant(script, [add]).agent, runParams('go'))
    expect(new Set(ofType(events, 'tool-called').map(({ toolCallId }) => toolCallId)).size).toBe(2)
  })
})

describe('limits', () => {
  it('hide the tools on the last step, so that the model answers from what it has', async () => {
    const script: Script = ({ tools }, index) => (tools ? call('add', { a: index, b: 1 }) : 'Enough.')
    const { agent, model } = assistant(script, [add], { maxSteps: 3 })
    const events = await runAgent(agent, runParams('go'))
    expect(model.requests.map(({ tools }) => tools?.length ?? 0)).toEqual([1, 1, 0])
    expect(ofType(events, 'message-added').at(-1)?.message.parts).toEqual([{ text: 'Enough.' }])
  })

  it('end a run with limit-reached when the model calls tools to the last', async () => {
    const script: Script = (_request, index) => call('add', { a: index, b: 1 })
    for (const maxSteps of [1, 3]) {
      const { agent, model } = assistant(script, [add])
      const run = runAgent(agent, { ...runParams('go'), maxSteps })
      await expect(run).rejects.toMatchObject({ code: 'limit-reached' })
      expect(model.requests).toHaveLength(maxSteps)
    }
  })

  it('end repairs: after two futile steps the model must answer without tools', async () => {
    const script: Script = ({ tools }) => (tools ? call('add', { a: 'x' }) : 'I cannot.')
    const { agent, model } = assistant(script, [add])
    await runAgent(agent, runParams('go'))
    expect(model.requests.map(({ tools }) => tools?.length ?? 0)).toEqual([1, 1, 0])
  })

  it('end repetition: a model that asks the same again and again must answer', async () => {
    const script: Script = ({ tools }) => (tools ? call('add', { a: 1, b: 1 }) : 'Two.')
    const { agent, model } = assistant(script, [add])
    const events = await runAgent(agent, runParams('1 + 1?'))
    expect(model.requests).toHaveLength(4)
    expect(ofType(events, 'message-added').at(-1)?.message.parts).toEqual([{ text: 'Two.' }])
  })

  it('of tokens cut the answer, and the step says so', async () => {
    const { agent } = assistant(['one two three four'])
    const events = await runAgent(agent, { ...runParams('count'), maxOutputTokens: 2 })
    expect(ofType(events, 'step-finished')).toMatchObject([{ finishReason: 'length' }])
    expect(ofType(events, 'message-added')[0]?.message.parts).toEqual([{ text: 'one two' }])
  })
})

describe('cancelling', () => {
  it('leaves a model that never answers', async () => {
    const controller = new AbortController()
    const reason = new LumosError('run-stopped', 'stopped')
    const gate = () => {
      queueMicrotask(() => controller.abort(reason))
      return new Promise<void>(() => {})
    }
    const { agent } = assistant([{ text: 'never', gate }])
    await expect(runAgent(agent, runParams('go'), { signal: controller.signal })).rejects.toBe(reason)
  })

  it('leaves a tool that ignores its signal', async () => {
    const controller = new AbortController()
    const reason = new LumosError('run-stopped', 'stopped')
    const deaf: Tool = {
      ...add,
      execute() {
        queueMicrotask(() => controller.abort(reason))
        return new Promise(() => {})
      },
    }
    const { agent } = assistant([call('add', { a: 1, b: 1 })], [deaf])
    await expect(runAgent(agent, runParams('go'), { signal: controller.signal })).rejects.toBe(reason)
  })
})
