import { describe, expect, it } from 'vitest'
import type { RunEvent, RunId } from '../../src/contracts/index.ts'
import { RunLog } from '../../src/host/run-log.ts'
import { MemoryStore } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { collect, runParams } from '../../src/testing/host-fixture.ts'
import type { ScriptedModelOptions } from '../../src/testing/scripted-model.ts'
import { setUpHost } from './host-setup.ts'

describe('the log of a run', () => {
  it('lets any number of readers read at their own pace, each everything in order', async () => {
    const log = new RunLog(new MemoryStore(), 'run' as RunId)
    const ids = async (delay: number, offset: number) => {
      const seen: number[] = []
      for await (const { id } of log.read(offset, undefined)) {
        seen.push(id)
        for (let tick = 0; tick < delay; tick++) await Promise.resolve()
      }
      return seen
    }
    const readers = [0, 1, 7, 40].map(delay => ids(delay, delay))
    for (let index = 0; index < 99; index++) {
      log.append({ type: 'text-delta', messageId: 'm' as never, text: `${index}` })
      if (index % 9 === 0) await Promise.resolve()
    }
    await log.finish(
      {
        type: 'run-finished',
        status: { state: 'TASK_STATE_COMPLETED', timestamp: '' },
        usage: { inputTokens: 0, outputTokens: 0 },
      },
      [],
    )
    const all = Array.from({ length: 100 }, (_, index) => index + 1)
    expect(await Promise.all(readers)).toEqual([all, all.slice(1), all.slice(7), all.slice(40)])
  })

  it('shows no event before it is durable', async () => {
    const store = new MemoryStore()
    const gate = Promise.withResolvers<void>()
    const batch = store.batch.bind(store)
    store.batch = async operations => {
      await gate.promise
      return batch(operations)
    }
    const log = new RunLog(store, 'run' as RunId)
    log.append({ type: 'text-delta', messageId: 'm' as never, text: 'a' })
    const first = log.read(0, undefined).next()
    let isVisible = false
    void first.then(() => {
      isVisible = true
    })
    await new Promise(resolve => setImmediate(resolve))
    expect(isVisible).toBe(false)
    gate.resolve()
    expect((await first).value).toMatchObject({ id: 1 })
  })

  it('ends its readers when the store fails, and the run goes on after a restart', async () => {
    const store = new MemoryStore()
    const identity = await createIdentity()
    let isBroken = false
    const batch = store.batch.bind(store)
    store.batch = async (...args) => {
      if (isBroken) throw new Error('disk full')
      return batch(...args)
    }
    const script: ScriptedModelOptions['script'] = () => ({
      text: 'one two three',
      gate: chunk => {
        if (chunk === 2 && !wasBroken) isBroken = true
      },
    })
    let wasBroken = false
    const first = await setUpHost({ store, identity, script })
    const seen: RunEvent[] = []
    const reading = (async () => {
      for await (const event of first.alice.stream('agent.run', runParams('x'))) seen.push(event as RunEvent)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'storage-failed', retryable: true })
    isBroken = false
    wasBroken = true
    const second = await setUpHost({ store, identity, script })
    await second.host.start()
    const { runId } = seen[0] as unknown as { runId: RunId }
    const rest = await collect(
      first.alice.at(second.host).stream('run.observe', { runId, offset: seen.length }),
    )
    expect(rest[0]?.id).toBe(seen.length + 1)
    expect(rest.at(-1)).toMatchObject({ status: { state: 'TASK_STATE_COMPLETED' } })
  })
})
