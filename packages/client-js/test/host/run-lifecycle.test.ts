import { describe, expect, it, vi } from 'vitest'
import type { RunEvent, RunId, ThreadId, Tool, ToolCallId } from '../../src/contracts/index.ts'
import { MemoryStore } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { collect, runParams } from '../../src/testing/host-fixture.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import type { ScriptedModelOptions } from '../../src/testing/scripted-model.ts'
import { setUpHost } from './host-setup.ts'

function payment() {
  let count = 0
  const tool: Tool = {
    name: 'pay',
    description: 'Pays a bill.',
    parameters: { type: 'object' },
    requiresApproval: true,
    async execute() {
      return `paid ${++count}`
    },
  }
  return { tool, count: () => count }
}

const paying: ScriptedModelOptions['script'] = ({ messages }) =>
  messages.some(({ role }) => role === 'tool')
    ? 'Thank you.'
    : { toolCalls: [{ name: 'pay', arguments: {} }] }

/** Reads until the run asks for approval, then leaves. */
async function untilApproval(events: AsyncIterable<unknown>) {
  const seen: RunEvent[] = []
  for await (const event of events as AsyncIterable<RunEvent>) {
    seen.push(event)
    if (event.type === 'approval-requested') break
  }
  const { runId } = seen[0] as unknown as { runId: RunId }
  const { toolCallId } = seen.at(-1) as unknown as { toolCallId: ToolCallId }
  return { seen, runId, toolCallId }
}

describe('an approval', () => {
  it('is state: it is pending for whoever looks, and lets the run go on once given', async () => {
    const { tool, count } = payment()
    const { alice } = await setUpHost({ script: paying, tools: [tool] })
    const { seen, runId, toolCallId } = await untilApproval(alice.stream('agent.run', runParams('pay')))
    expect(await alice.ask('run.get', { runId })).toMatchObject({
      status: { state: 'TASK_STATE_INPUT_REQUIRED' },
      metadata: { pendingApprovals: [{ toolCallId, name: 'pay' }] },
    })
    expect(count()).toBe(0)
    await alice.ask('run.approve', { runId, toolCallId, approved: true })
    const rest = await collect(alice.stream('run.observe', { runId, offset: seen.length }))
    expect(rest.map(({ type }) => type).slice(0, 2)).toEqual(['approval-decided', 'tool-finished'])
    expect(rest.at(-1)).toMatchObject({ status: { state: 'TASK_STATE_COMPLETED' } })
    expect(count()).toBe(1)
  })

  it('survives a restart, asked or given, and the tool runs once', async () => {
    for (const decideBefore of [false, true]) {
      const [store, identity, { tool, count }] = [new MemoryStore(), await createIdentity(), payment()]
      const first = await setUpHost({ store, identity, script: paying, tools: [tool] })
      const { seen, runId, toolCallId } = await untilApproval(
        first.alice.stream('agent.run', runParams('pay')),
      )
      const decision = { runId, toolCallId, approved: true }
      const started = performance.now()
      await first.host.stop({ graceMs: 60_000 })
      // A run that waits for a person is not waited for.
      expect(performance.now() - started).toBeLessThan(5000)
      if (decideBefore) await store.put(`run-approval/${runId}/${toolCallId}`, { approved: true })
      const second = await setUpHost({ store, identity, script: paying, tools: [tool] })
      await second.host.start()
      const alice = first.alice.at(second.host)
      if (!decideBefore) {
        expect(await alice.ask('run.get', { runId })).toMatchObject({
          status: { state: 'TASK_STATE_INPUT_REQUIRED' },
        })
        await alice.ask('run.approve', decision)
      }
      const rest = await collect(alice.stream('run.observe', { runId, offset: seen.length }))
      expect(rest[0]).toMatchObject({ id: seen.length + 1, type: 'approval-decided', approved: true })
      expect(rest.at(-1)).toMatchObject({ status: { state: 'TASK_STATE_COMPLETED' } })
      expect(count()).toBe(1)
    }
  })

  it('counts once: a second opinion, an unknown call and a finished run are refused', async () => {
    const { tool, count } = payment()
    const { alice } = await setUpHost({ script: paying, tools: [tool] })
    const { runId, toolCallId } = await untilApproval(alice.stream('agent.run', runParams('pay')))
    const unknown = { runId, toolCallId: 'other' as ToolCallId, approved: true }
    await expect(alice.ask('run.approve', unknown)).rejects.toMatchObject({ code: 'not-found' })
    const opinions = [false, true].map(approved => alice.ask('run.approve', { runId, toolCallId, approved }))
    const outcomes = await Promise.allSettled(opinions)
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    await collect(alice.stream('run.observe', { runId }))
    const late = alice.ask('run.approve', { runId, toolCallId, approved: false })
    await expect(late).rejects.toMatchObject({ code: 'conflict' })
    expect(count()).toBe(0)
  })
})

describe('a run', () => {
  it('whose deadline passes while the node is down fails when it is back', async () => {
    const clock = new ManualClock(Date.now())
    const [store, identity] = [new MemoryStore(), await createIdentity()]
    const script = [{ text: 'never', gate: () => new Promise<void>(() => {}) }]
    const first = await setUpHost({ store, identity, script, clock })
    const reading = first.alice.run('x').catch(error => error)
    while ((await first.alice.ask('thread.list', {})).threads.length === 0) {
      await new Promise(resolve => setImmediate(resolve))
    }
    const stopping = first.host.stop({ graceMs: 0 })
    await stopping
    expect(await reading).toMatchObject({ code: 'node-stopping' })
    clock.advance(121_000)
    const second = await setUpHost({ store, identity, script, clock })
    await second.host.start()
    const keys: string[] = []
    while (keys.length === 0) {
      await new Promise(resolve => setImmediate(resolve))
      for await (const { key, value } of store.list({ prefix: 'run/' })) {
        if ((value as { status?: unknown }).status !== undefined) keys.push(key)
      }
    }
    expect(await store.get(keys[0] as string)).toMatchObject({ status: { state: 'TASK_STATE_FAILED' } })
  })

  it('of an agent that is gone fails with a clear error', async () => {
    const [store, identity] = [new MemoryStore(), await createIdentity()]
    const script = [{ text: 'never', gate: () => new Promise<void>(() => {}) }]
    const first = await setUpHost({ store, identity, script })
    const seen: RunEvent[] = []
    const reading = (async () => {
      for await (const event of first.alice.stream('agent.run', runParams('x'))) seen.push(event as RunEvent)
    })().catch(() => {})
    while (seen.length < 2) await new Promise(resolve => setImmediate(resolve))
    await first.host.stop({ graceMs: 0 })
    await reading
    const second = await setUpHost({ store, identity, agents: [] })
    await second.host.start()
    const { runId } = seen[0] as unknown as { runId: RunId }
    const events = await collect(first.alice.at(second.host).stream('run.observe', { runId }))
    expect(events.at(-1)).toMatchObject({ error: { code: 'not-found' } })
  })

  it('keeps its answer out of a thread that was deleted meanwhile, and completes', async () => {
    const gate = Promise.withResolvers<void>()
    const { alice } = await setUpHost({ script: [{ text: 'done', gate: () => gate.promise }] })
    const threadId = 'talk' as ThreadId
    const running = alice.run('x', { threadId })
    while ((await alice.ask('thread.list', {})).threads.length === 0)
      await new Promise(resolve => setImmediate(resolve))
    await alice.ask('thread.delete', { threadId })
    gate.resolve()
    expect((await running).at(-1)).toMatchObject({ status: { state: 'TASK_STATE_COMPLETED' } })
    await expect(alice.ask('thread.get', { threadId })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is not executed again under its key when it is no longer kept', async () => {
    const [store, identity] = [new MemoryStore(), await createIdentity()]
    const first = await setUpHost({ store, identity })
    await first.alice.run('once', {}, { idempotencyKey: 'key' })
    await first.host.stop()
    const second = await setUpHost({ store, identity, limits: { maxFinishedRuns: 0 } })
    await second.host.start()
    await vi.waitFor(async () => expect(await Array.fromAsync(store.list({ prefix: 'run/' }))).toEqual([]))
    const again = first.alice.at(second.host).run('once', {}, { idempotencyKey: 'key' })
    await expect(again).rejects.toMatchObject({ code: 'not-found' })
    expect(second.model.requests).toEqual([])
  })

  it('is kept up to the limit, the newest ones, with few entries each', async () => {
    const store = new MemoryStore()
    const identity = await createIdentity()
    const script = () => 'word '.repeat(300)
    const first = await setUpHost({ store, identity, script })
    const runIds: RunId[] = []
    for (let run = 0; run < 5; run++) {
      const [started] = await first.alice.run(`run ${run}`)
      runIds.push((started as unknown as { runId: RunId }).runId)
    }
    const entries = async (prefix: string) => {
      let count = 0
      for await (const _ of store.list({ prefix })) count++
      return count
    }
    expect(await entries('run-event/')).toBeLessThanOrEqual(5 * 3)
    expect(await entries('run-active/')).toBe(0)
    await first.host.stop()
    const second = await setUpHost({ store, identity, script, limits: { maxFinishedRuns: 2 } })
    await second.host.start()
    // Sweeping goes on in the background.
    await vi.waitFor(async () => expect(await entries('run/')).toBe(2))
    const left = await collect(
      first.alice.at(second.host).stream('run.observe', { runId: runIds.at(-1) as RunId }),
    )
    expect(left.at(-1)?.type).toBe('run-finished')
    await second.host.stop()
    expect(await entries('thread-message/')).toBe(10)
  })
})
