import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/contracts/index.ts'
import { comparableEvents } from '../../../src/identity/provenance/comparable-events.ts'
import { readSteps } from '../../../src/identity/provenance/recorded-steps.ts'
import { recordedTools } from '../../../src/identity/provenance/recorded-tools.ts'
import { answered, called, message, run, started, text } from './sample-events.ts'

describe('the tools of a record', () => {
  const definitions = ['echo', 'pay'].map(name => ({ name, description: '', parameters: {} }))
  const toolsOf = (...events: object[]) => {
    const tools = recordedTools(definitions, readSteps(run(started(1), ...events)))
    const execute = (at: number, args: JsonObject) => tools[at]?.execute(args, {} as never)
    return { tools, execute }
  }

  it('give each call what it got, once', async () => {
    const { execute } = toolsOf(
      called('a', 'echo', { x: 1, y: 2 }),
      called('b', 'echo', { x: 1, y: 2 }),
      answered('a', 'echo', 'first'),
      answered('b', 'echo', 'second'),
    )
    const none = { code: 'tool-failed', message: 'The record has no such call.' }
    await expect(execute(1, { x: 1, y: 2 })).rejects.toMatchObject(none)
    await expect(execute(0, { x: 2, y: 2 })).rejects.toMatchObject(none)
    expect([await execute(0, { y: 2, x: 1 }), await execute(0, { x: 1, y: 2 })]).toEqual(['first', 'second'])
    await expect(execute(0, { x: 1, y: 2 })).rejects.toMatchObject(none)
  })

  it('give nothing to a call that the agent refused, or that never ended', async () => {
    const { execute } = toolsOf(answered('a', 'echo', 'refused'), called('b', 'pay'))
    await expect(execute(0, {})).rejects.toMatchObject({ code: 'tool-failed' })
    await expect(execute(1, {})).rejects.toMatchObject({ code: 'tool-failed' })
  })

  it('ask for approval where the run did', () => {
    const { tools } = toolsOf(
      called('b', 'echo'),
      { type: 'approval-requested', toolCallId: 'a', name: 'pay', arguments: {} },
      called('a', 'pay'),
    )
    expect(tools.map(({ name, requiresApproval }) => [name, requiresApproval])).toEqual([
      ['echo', false],
      ['pay', true],
    ])
  })

  it('fail as they failed', async () => {
    const { execute } = toolsOf(
      called('a', 'echo', { n: 1 }),
      answered('a', 'echo', { error: { code: 'dial-failed', message: 'Nobody is there.' } }, true),
      called('b', 'echo', { n: 2 }),
      answered('b', 'echo', { error: { code: 'no-such-code', message: 'Strange.' } }, true),
      called('c', 'echo', { n: 3 }),
      answered('c', 'echo', {}, true),
    )
    await expect(execute(0, { n: 1 })).rejects.toMatchObject({
      code: 'dial-failed',
      message: 'Nobody is there.',
    })
    await expect(execute(0, { n: 2 })).rejects.toMatchObject({ code: 'tool-failed', message: 'Strange.' })
    await expect(execute(0, { n: 3 })).rejects.toMatchObject({ code: 'tool-failed' })
  })
})

describe('events that two runs have in common', () => {
  it('are without the host’s own, without numbers, and with ids by their order', () => {
    const events = run(
      { id: 1, type: 'run-started', runId: 'r' },
      { id: 2, ...started(1) },
      { id: 3, type: 'text-delta', messageId: 'zz', text: 'a' },
      { id: 4, ...called('qq', 'echo', { toolCallId: 5 }) },
      { id: 5, type: 'text-delta', messageId: 'zz', text: 'b' },
      { id: 6, type: 'run-finished' },
    )
    expect(comparableEvents(events)).toEqual([
      started(1),
      { type: 'text-delta', messageId: '#1', text: 'a' },
      { type: 'tool-called', toolCallId: '#2', name: 'echo', arguments: { toolCallId: 5 } },
      { type: 'text-delta', messageId: '#1', text: 'b' },
    ])
  })

  it('are without what a step said before it started again, and with the steps before', () => {
    const events = run(started(1), text('kept'), started(2), text('given up'), started(2), text('said'))
    expect(comparableEvents(events)).toEqual(
      comparableEvents(run(started(1), text('kept'), started(2), text('said'))),
    )
    expect(comparableEvents(events)).toHaveLength(4)
  })

  it('are the same whichever tool of a step was done first', () => {
    const calls = [called('a', 'echo'), called('b', 'echo')]
    const said = message({ toolCallId: 'a' }, { toolCallId: 'b' })
    const [one, other] = [answered('a', 'echo', 1), answered('b', 'echo', 2)]
    const inOrder = comparableEvents(run(...calls, one, other, said))
    expect(comparableEvents(run(...calls, other, one, said))).toEqual(inOrder)
    expect(comparableEvents(run(...calls, one, text('between'), other, said))).not.toEqual(inOrder)
  })

  it('tell of a refused call by the code alone, of an accepted one by its result', () => {
    const failed = (why: string) => ({ error: { code: 'invalid-request', message: why } })
    const withResults = (why: string, accepted: unknown) =>
      comparableEvents(
        run(
          called('good', 'echo'),
          answered('good', 'echo', accepted),
          answered('bad', 'echo', failed(why), true),
          message({ toolCallId: 'good', result: accepted }, { toolCallId: 'bad', result: failed(why) }),
        ),
      )
    expect(withResults('at 5', 'x')).toEqual(withResults('at 7', 'x'))
    expect(withResults('at 5', 'x')).not.toEqual(withResults('at 5', 'y'))
    expect(withResults('at 5', 'x')).toContainEqual({
      type: 'tool-finished',
      toolCallId: '#2',
      name: 'echo',
      result: { error: { code: 'invalid-request' } },
      isError: true,
    })
  })
})
