import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HostEvent, JsonObject, RunEvent, RunId, Tool } from '../../src/contracts/index.ts'
import { MemoryStore } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { CrashingStore } from '../../src/testing/crashing-store.ts'
import { collect, Requester, runParams } from '../../src/testing/host-fixture.ts'
import type { ScriptedModelOptions } from '../../src/testing/scripted-model.ts'
import { setUpHost } from './host-setup.ts'

/** What the model does step by step: the tools it calls, or its last words. */
interface Plan {
  steps: ('pure' | 'charge')[][]
}

const plans = fc.record({
  steps: fc.array(fc.array(fc.constantFrom('pure', 'charge'), { minLength: 1, maxLength: 3 }), {
    maxLength: 3,
  }),
})

/** The same answer to the same conversation, in whichever process. */
function scriptOf(plan: Plan): ScriptedModelOptions['script'] {
  return ({ messages }) => {
    const step = messages.filter(message => message.role === 'assistant').length
    const calls = plan.steps[step]
    if (calls === undefined) return `All done after ${step} steps.`
    // Other arguments in each call, so that the loop sees no repetition.
    return {
      text: `Step ${step}.`,
      toolCalls: calls.map((name, index) => ({ name, arguments: { input: `${step}.${index}` } })),
    }
  }
}

/** Counts executions by call, across processes. */
function toolsCounting(executions: Map<string, number>): Tool[] {
  const count = (id: string) => executions.set(id, (executions.get(id) ?? 0) + 1)
  const parameters: JsonObject = { type: 'object', properties: { input: { type: 'string' } } }
  const execute: Tool['execute'] = async ({ input }, { toolCallId }) => {
    count(toolCallId)
    return `result of ${input}`
  }
  return [
    { name: 'pure', description: 'Harmless.', parameters, idempotent: true, execute },
    { name: 'charge', description: 'Costs money.', parameters, execute },
  ]
}

/** Runs until the n-th write, loses the process, and goes on in a new one. */
async function crashAndResume(plan: Plan, crashAtWrite: number, keepsLastWrite: boolean) {
  const store = new MemoryStore()
  const identity = await createIdentity()
  const executions = new Map<string, number>()
  const shared = { identity, script: scriptOf(plan), tools: toolsCounting(executions) }
  const crashing = new CrashingStore({ store, crashAtWrite, keepsLastWrite })
  const first = await setUpHost({ ...shared, store: crashing })
  const requester = await createIdentity()
  const seen: HostEvent[] = []
  const reading = (async () => {
    const asker = new Requester(requester, first.host)
    for await (const event of asker.stream('agent.run', runParams('go'), { idempotencyKey: 'key' }))
      seen.push(event)
    return false
  })()
  const didCrash = await Promise.race([reading, crashing.crashed.then(() => true)])
  // Everything visible has been read before the process is gone.
  await new Promise(resolve => setImmediate(resolve))
  const second = await setUpHost({ ...shared, store })
  await second.host.start()
  const asker = new Requester(requester, second.host)
  const before = [...seen] as RunEvent[]
  const lastEventId = before.at(-1)?.id ?? 0
  // Whoever has seen the end has nothing to resume.
  const rest = asker.stream('agent.run', runParams('go'), { idempotencyKey: 'key', lastEventId })
  const after = before.at(-1)?.type === 'run-finished' ? [] : ((await collect(rest)) as RunEvent[])
  const { runId } = [...before, ...after].find(event => event.type === 'run-started') as { runId: RunId }
  const again = await collect(asker.stream('run.observe', { runId }))
  const thread = await asker.ask('thread.list', {})
  const messages = await asker.ask('message.list', { threadId: thread.threads[0]?.threadId as never })
  await second.host.stop()
  return { didCrash, observed: [...before, ...after], again, executions, thread, messages: messages.messages }
}

function check(plan: Plan, result: Awaited<ReturnType<typeof crashAndResume>>): void {
  const { observed, again, executions, thread, messages } = result
  // No loss, no repeat, no gap; and who reads later reads the same.
  expect(observed.map(({ id }) => id)).toEqual(observed.map((_, index) => index + 1))
  expect(again).toEqual(observed)
  expect(observed.filter(({ type }) => type === 'run-started')).toHaveLength(1)
  expect(observed.at(-1)).toMatchObject({ type: 'run-finished', status: { state: 'TASK_STATE_COMPLETED' } })
  // Every call has one result; what costs money happened at most once, and not silently twice under another id.
  const finished = observed.filter(event => event.type === 'tool-finished')
  expect(new Set(finished.map(event => event.toolCallId)).size).toBe(finished.length)
  const charges = finished.filter(event => event.name === 'charge')
  expect(charges).toHaveLength(plan.steps.flat().filter(name => name === 'charge').length)
  for (const { toolCallId } of charges) expect(executions.get(toolCallId) ?? 0).toBeLessThanOrEqual(1)
  expect([...executions.keys()].every(id => finished.some(event => event.toolCallId === id))).toBe(true)
  // One conversation, with each message once.
  expect(thread.threads).toHaveLength(1)
  expect(messages).toHaveLength(plan.steps.length + 2)
}

describe('a run whose process dies', () => {
  it('goes on without loss or repeat, wherever the process dies', async () => {
    const plan: Plan = { steps: [['pure', 'charge'], ['charge']] }
    let crashes = 0
    for (const keepsLastWrite of [false, true]) {
      let didCrash = true
      for (let crashAtWrite = 1; didCrash; crashAtWrite++) {
        const result = await crashAndResume(plan, crashAtWrite, keepsLastWrite)
        didCrash = result.didCrash
        if (didCrash) crashes++
        check(plan, result)
      }
    }
    // Fewer would mean that events became visible without a write of their own or the next.
    expect(crashes).toBeGreaterThan(30)
  })

  it('does so for any plan', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 1, max: 60 }), fc.boolean(), async (plan, write, keeps) => {
        check(plan, await crashAndResume(plan, write, keeps))
      }),
      { numRuns: 60 },
    )
  })
})
