import { describe, expect, it } from 'vitest'
import { LumosError, type Tool } from '../../src/contracts/index.ts'
import { IdempotencyLedger } from '../../src/host/idempotency-ledger.ts'
import { MemoryStore } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { CrashingStore } from '../../src/testing/crashing-store.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { setUpHost } from './host-setup.ts'

function counting(options: Partial<Tool> = {}): Tool & { count: number } {
  const tool: Tool & { count: number } = {
    name: 'count',
    description: 'Counts its calls.',
    parameters: { type: 'object' },
    count: 0,
    async execute() {
      return ++tool.count
    },
    ...options,
  }
  return tool
}

const call = { name: 'count', arguments: {} }

describe('one idempotency key', () => {
  it('calls a tool once, at the same time, later and after a restart', async () => {
    const [store, identity, tool] = [new MemoryStore(), await createIdentity(), counting()]
    const { host, alice } = await setUpHost({ store, identity, tools: [tool] })
    const options = { idempotencyKey: 'key' }
    const results = await Promise.all([1, 2, 3].map(() => alice.ask('tool.call', call, options)))
    expect(results).toEqual([{ result: 1 }, { result: 1 }, { result: 1 }])
    await host.stop()
    const next = await setUpHost({ store, identity, tools: [tool] })
    expect(await alice.at(next.host).ask('tool.call', call, options)).toEqual({ result: 1 })
    expect(await alice.at(next.host).ask('tool.call', call)).toEqual({ result: 2 })
  })

  it('gives the same failure again', async () => {
    let count = 0
    const tool = counting({
      async execute() {
        count++
        throw new LumosError('dial-failed', 'nobody there')
      },
    })
    const { alice } = await setUpHost({ tools: [tool] })
    for (let attempt = 0; attempt < 2; attempt++) {
      const asking = alice.ask('tool.call', call, { idempotencyKey: 'key' })
      await expect(asking).rejects.toMatchObject({
        code: 'dial-failed',
        retryable: false,
        message: 'nobody there',
      })
    }
    expect(count).toBe(1)
  })

  it('is another for another requester, and one verb’s only', async () => {
    const tool = counting()
    const { host, alice } = await setUpHost({ tools: [tool] })
    const bob = alice.at(host)
    await alice.ask('tool.call', call, { idempotencyKey: 'key' })
    const other = await setUpHost({ tools: [tool] })
    expect(await other.alice.ask('tool.call', call, { idempotencyKey: 'key' })).toEqual({ result: 2 })
    await expect(bob.ask('thread.create', {}, { idempotencyKey: 'key' })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('creates one thread, wherever the first attempt died', async () => {
    let didCrash = true
    for (let crashAtWrite = 1; didCrash; crashAtWrite++) {
      const [store, identity] = [new MemoryStore(), await createIdentity()]
      const crashing = new CrashingStore({ store, crashAtWrite, keepsLastWrite: true })
      const { alice } = await setUpHost({ store: crashing, identity })
      const options = { idempotencyKey: 'key' }
      const first = alice.ask('thread.create', { title: 'one' }, options)
      didCrash = await Promise.race([first.then(() => false), crashing.crashed.then(() => true)])
      const next = await setUpHost({ store, identity })
      const reader = alice.at(next.host)
      const thread = await reader.ask('thread.create', { title: 'one' }, options)
      expect((await reader.ask('thread.list', {})).threads).toEqual([thread])
      if (crashAtWrite === 1) expect(didCrash).toBe(true)
    }
  })

  it('never repeats a call by hand that a crash cut off', async () => {
    const [store, identity, tool] = [new MemoryStore(), await createIdentity(), counting()]
    // The claim is the first write; the result would be the second.
    const crashing = new CrashingStore({ store, crashAtWrite: 2, keepsLastWrite: false })
    const { alice } = await setUpHost({ store: crashing, identity, tools: [tool] })
    void alice.ask('tool.call', call, { idempotencyKey: 'key' })
    await crashing.crashed
    const next = await setUpHost({ store, identity, tools: [tool] })
    const again = alice.at(next.host).ask('tool.call', call, { idempotencyKey: 'key' })
    await expect(again).rejects.toMatchObject({ code: 'conflict' })
    expect(tool.count).toBe(1)
  })

  it('outlives its caller: who left and asks again gets the result', async () => {
    const gate = Promise.withResolvers<void>()
    const tool = counting({
      async execute() {
        await gate.promise
        return 'done'
      },
    })
    const { alice } = await setUpHost({ tools: [tool] })
    const controller = new AbortController()
    const left = alice.ask('tool.call', call, { idempotencyKey: 'key', signal: controller.signal })
    const refusal = expect(left).rejects.toThrow('left')
    await new Promise(resolve => setImmediate(resolve))
    controller.abort(new Error('left'))
    await refusal
    gate.resolve()
    expect(await alice.ask('tool.call', call, { idempotencyKey: 'key' })).toEqual({ result: 'done' })
  })
})

describe('the ledger', () => {
  it('lets a failure that may pass be tried again', async () => {
    const ledger = new IdempotencyLedger(new MemoryStore(), new ManualClock())
    const intention = {
      issuer: (await createIdentity()).did,
      key: 'key' as never,
      verb: 'thread.create' as const,
    }
    const failing = () => Promise.reject(new LumosError('storage-failed', 'full'))
    await expect(ledger.once(intention, { isRepeatable: true }, failing)).rejects.toMatchObject({
      code: 'storage-failed',
    })
    expect(await ledger.once(intention, { isRepeatable: true }, async () => 'ok')).toBe('ok')
  })

  it('forgets claims only when no valid envelope can name them', async () => {
    const clock = new ManualClock()
    const store = new MemoryStore()
    const ledger = new IdempotencyLedger(store, clock)
    const issuer = (await createIdentity()).did
    const intention = { issuer, key: 'key' as never, verb: 'thread.create' as const }
    await ledger.once(intention, { isRepeatable: true }, async () => 'first')
    clock.advance(24 * 60 * 60 * 1000)
    await ledger.sweep(new AbortController().signal)
    expect(await ledger.once(intention, { isRepeatable: true }, async () => 'second')).toBe('first')
    clock.advance(25 * 60 * 60 * 1000)
    await ledger.sweep(new AbortController().signal)
    expect(await ledger.once(intention, { isRepeatable: true }, async () => 'second')).toBe('second')
  })
})
