import { describe, expect, it } from 'vitest'
import {
  type AgentEvent,
  type AgentRunContext,
  type ApprovalDecision,
  LumosError,
  type Tool,
} from '../../src/contracts/index.ts'
import { agentContext, runAgent } from '../../src/testing/agent-suite.ts'
import { runParams } from '../../src/testing/host-fixture.ts'
import { add, assistant, call, ofType, type Script, toolMessages } from './agent-setup.ts'

describe('approval', () => {
  const risky: Tool = { ...add, name: 'risky', requiresApproval: true, idempotent: false }
  const script: Script = ({ messages }) =>
    messages.some(({ role }) => role === 'tool') ? 'Done.' : call('risky', { a: 1, b: 2 })

  async function decide(decision: ApprovalDecision) {
    const { agent, model } = assistant(script, [risky])
    const events = await runAgent(agent, runParams('go'), { waitForApproval: async () => decision })
    return { events, model }
  }

  it('is asked before the tool runs, and the tool runs once given', async () => {
    const { events } = await decide({ approved: true })
    expect(events.map(({ type }) => type)).toEqual([
      'step-started',
      'tool-called',
      'step-finished',
      'approval-requested',
      'approval-decided',
      'tool-finished',
      'message-added',
      'step-started',
      'text-delta',
      'step-finished',
      'message-added',
    ])
    expect(ofType(events, 'tool-finished')).toMatchObject([{ result: 3 }])
  })

  it('refused reaches the model with the reason', async () => {
    const { events, model } = await decide({ approved: false, reason: 'too dear' })
    expect(ofType(events, 'tool-finished')).toMatchObject([{ isError: true }])
    expect(toolMessages(model)[0]).toMatch(/declined.*too dear/)
  })

  it('does not hold up the other calls of the step', async () => {
    const toolCalls = [
      { name: 'risky', arguments: { a: 1, b: 2 } },
      { name: 'add', arguments: { a: 3, b: 4 } },
    ]
    const { agent } = assistant([{ toolCalls }, 'ok'], [risky, add])
    const decision = Promise.withResolvers<ApprovalDecision>()
    const finished: unknown[] = []
    for await (const event of agent.run(
      runParams('go'),
      agentContext({ waitForApproval: () => decision.promise }),
    )) {
      if (event.type !== 'tool-finished') continue
      finished.push(event.result)
      decision.resolve({ approved: true })
    }
    expect(finished).toEqual([7, 3])
  })

  it('waits no longer once the run is stopped', async () => {
    const { agent } = assistant(script, [risky])
    const controller = new AbortController()
    const reason = new LumosError('run-stopped', 'stopped')
    const waitForApproval: AgentRunContext['waitForApproval'] = () => {
      queueMicrotask(() => controller.abort(reason))
      return new Promise(() => {})
    }
    const run = runAgent(agent, runParams('go'), { signal: controller.signal, waitForApproval })
    await expect(run).rejects.toBe(reason)
  })
})

describe('resuming', () => {
  const script: Script = ({ messages }) =>
    messages.some(({ role }) => role === 'tool') ? 'Done.' : call('pay', { a: 1, b: 2 })

  /** The journal up to the given event, of a run with one call. */
  async function journalUntil(tool: Tool, type: AgentEvent['type']): Promise<AgentEvent[]> {
    const events = await runAgent(assistant(script, [tool]).agent, runParams('go'), {
      waitForApproval: async () => ({ approved: true }),
    })
    return events.slice(0, events.findIndex(event => event.type === type) + 1)
  }

  it('does not repeat a call that was cut off, and tells the model so', async () => {
    let runs = 0
    const pay: Tool = { ...add, name: 'pay', idempotent: false, execute: async () => ++runs }
    const journal = await journalUntil(pay, 'step-finished')
    runs = 0
    const { agent, model } = assistant(script, [pay])
    await runAgent(agent, runParams('go'), { journal })
    expect(runs).toBe(0)
    expect(toolMessages(model)[0]).toMatch(/unknown/)
  })

  it('repeats it when the tool is idempotent, under the same id', async () => {
    const ids: string[] = []
    const pay: Tool = {
      ...add,
      name: 'pay',
      async execute(_args, { toolCallId }) {
        ids.push(toolCallId)
        return 'paid'
      },
    }
    const journal = await journalUntil(pay, 'step-finished')
    await runAgent(assistant(script, [pay]).agent, runParams('go'), { journal })
    expect(ids).toHaveLength(2)
    expect(ids[0]).toBe(ids[1])
  })

  it('asks again for an approval nobody had given, without asking the model again', async () => {
    const pay: Tool = { ...add, name: 'pay', requiresApproval: true, idempotent: false }
    const journal = await journalUntil(pay, 'approval-requested')
    const { agent, model } = assistant(script, [pay])
    const events = await runAgent(agent, runParams('go'), {
      journal,
      waitForApproval: async () => ({ approved: true }),
    })
    expect(events.map(({ type }) => type).slice(0, 3)).toEqual([
      'approval-decided',
      'tool-finished',
      'message-added',
    ])
    expect(ofType(events, 'tool-finished')).toMatchObject([{ result: 3 }])
    expect(model.requests).toHaveLength(1)
  })

  it('asks the model anew when its answer was cut off', async () => {
    const { agent, model } = assistant(script, [{ ...add, name: 'pay' }])
    const journal = await journalUntil({ ...add, name: 'pay' }, 'tool-called')
    const events = await runAgent(agent, runParams('go'), { journal })
    expect(events[0]).toMatchObject({ type: 'step-started', step: 1 })
    expect(model.requests).toHaveLength(2)
  })
})
