import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonValue, ListOptions } from '../../../src/contracts/index.ts'
import {
  appendToDidLog,
  type DidLog,
  DidLogStore,
  type LumosDid,
  recoveryWindowMs,
  verifyDidLog,
} from '../../../src/identity/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { code } from '../refused.ts'
import { type Cast, createCast } from './cast.ts'

/** Lets readers go on only together: each has read before another writes, as processes without a common lock may. */
class MeetingStore extends MemoryStore {
  #missing = 0
  #met = Promise.withResolvers<void>()

  meet(count: number): void {
    this.#missing = count
    this.#met = Promise.withResolvers()
  }

  override async *list(options: ListOptions): AsyncIterable<{ key: string; value: JsonValue }> {
    const entries: { key: string; value: JsonValue }[] = []
    for await (const entry of super.list(options)) entries.push(entry)
    if (this.#missing > 0) {
      if (--this.#missing === 0) this.#met.resolve()
      await this.#met.promise
    }
    yield* entries
  }
}

let cast: Cast
let did: LumosDid
let store: MeetingStore
beforeEach(async () => {
  cast = await createCast()
  did = (await verifyDidLog(cast.log)).did
  store = new MeetingStore()
})

const open = () => new DidLogStore({ store, clock: cast.clock })
const addTablet = (log: DidLog) =>
  appendToDidLog(log, { type: 'add-device', key: cast.tablet.did, label: 'Tablet' }, cast.laptop)

describe('a store of DID logs', () => {
  it('keeps what it is offered, and lets it grow', async () => {
    const logs = open()
    await expect(logs.state(did)).rejects.toThrow(code('not-found'))
    expect(await logs.log(did)).toBeUndefined()
    expect((await logs.offer(cast.log)).keys).toHaveLength(2)
    const longer = await addTablet(cast.log)
    expect((await logs.offer(longer)).keys).toHaveLength(3)
    expect(await logs.log(did)).toEqual(longer)
    expect((await open().state(did)).keys).toHaveLength(3)
  })

  it('knows what it knew when an older copy is offered', async () => {
    const logs = open()
    const longer = await addTablet(cast.log)
    await logs.offer(longer)
    expect((await logs.offer(cast.log)).keys).toHaveLength(3)
    expect(await logs.log(did)).toEqual(longer)
  })

  it('answers at once when it was asked before, with what it learned since', async () => {
    const logs = open()
    await logs.offer(cast.log)
    expect(logs.state(did)).toBeInstanceOf(Promise)
    const state = await logs.state(did)
    expect(logs.state(did)).toBe(state)
    cast.clock.advance(299_999)
    expect(logs.state(did)).toBe(state)
    await logs.offer(await addTablet(cast.log))
    expect(logs.state(did)).toMatchObject({ operationCount: 2 })
  })

  it('gives everybody the newest that was offered while they waited', async () => {
    const logs = open()
    await logs.offer(cast.log)
    const longer = await addTablet(cast.log)
    await Promise.all([logs.state(did), logs.offer(longer), logs.state(did)])
    expect(logs.state(did)).toMatchObject({ operationCount: 2 })
  })

  it('refuses a branch that loses', async () => {
    const { log, phone, laptop, stranger } = cast
    const logs = open()
    await logs.offer(await appendToDidLog(log, { type: 'remove-device', key: laptop.did }, phone))
    const losing = await appendToDidLog(log, { type: 'add-device', key: stranger.did, label: 'X' }, laptop)
    await expect(logs.offer(losing)).rejects.toThrow(code('conflict'))
    expect((await logs.state(did)).keys).toEqual([phone.did])
  })

  it('lets a recovery key undo what it has known for less than 72 hours, and no more', async () => {
    const { log, phone, laptop, words, clock } = cast
    const stolen = await appendToDidLog(log, { type: 'remove-device', key: phone.did }, laptop)
    const undone = await appendToDidLog(log, { type: 'remove-device', key: laptop.did }, words)
    for (const [ageMs, isUndone] of [
      [recoveryWindowMs - 1, true],
      [recoveryWindowMs, false],
    ] as const) {
      store = new MeetingStore()
      const logs = open()
      await logs.offer(stolen)
      clock.advance(ageMs)
      const offered = logs.offer(undone)
      if (isUndone) expect((await offered).keys).toEqual([phone.did])
      else await expect(offered).rejects.toThrow(code('conflict'))
      expect((await logs.state(did)).keys).toEqual(isUndone ? [phone.did] : [laptop.did])
      // What was undone does not come back.
      if (isUndone) await expect(logs.offer(stolen)).rejects.toThrow(code('conflict'))
    }
  })

  it('counts the 72 hours of each operation from when it became known, also after a restart', async () => {
    const { log, phone, laptop, tablet, words, clock } = cast
    const first = await addTablet(log)
    await open().offer(first)
    clock.advance(recoveryWindowMs - 1)
    const second = await appendToDidLog(first, { type: 'remove-device', key: phone.did }, laptop)
    await open().offer(second)
    clock.advance(1)
    const undoesBoth = await appendToDidLog(log, { type: 'remove-device', key: laptop.did }, words)
    await expect(open().offer(undoesBoth)).rejects.toThrow(code('conflict'))
    const undoesSecond = await appendToDidLog(first, { type: 'remove-device', key: laptop.did }, words)
    expect((await open().offer(undoesSecond)).keys).toEqual([phone.did, tablet.did])
    clock.advance(recoveryWindowMs - 1)
    const again = await appendToDidLog(first, { type: 'deactivate' }, words)
    expect((await open().offer(again)).isDeactivated).toBe(true)
  })

  it('lets a recovery key go on after any operation, at any time', async () => {
    const { log, phone, laptop, tablet, words, clock } = cast
    const logs = open()
    const stolen = await appendToDidLog(log, { type: 'remove-device', key: phone.did }, laptop)
    await logs.offer(stolen)
    clock.advance(recoveryWindowMs * 10)
    const saved = await appendToDidLog(stolen, { type: 'add-device', key: tablet.did, label: 'New' }, words)
    expect((await logs.offer(saved)).keys).toEqual([laptop.did, tablet.did])
  })

  it('takes either branch again once a person said to forget', async () => {
    const { log, phone, laptop, stranger } = cast
    const logs = open()
    await logs.offer(await appendToDidLog(log, { type: 'remove-device', key: laptop.did }, phone))
    await logs.state(did)
    const other = await appendToDidLog(log, { type: 'add-device', key: stranger.did, label: 'X' }, laptop)
    await logs.forget(did)
    await expect(logs.state(did)).rejects.toThrow(code('not-found'))
    expect((await logs.offer(other)).keys).toHaveLength(3)
  })

  it.each<[string, (log: DidLog) => unknown]>([
    ['changed', ([genesis]) => ({ log: [{ ...genesis, at: '2030-01-01T00:00:00.000Z' }], seenAt: [0] })],
    ['cut down to nothing', () => ({ log: [], seenAt: [] })],
    ['without when it was seen', log => ({ log })],
    ['with too few times', log => ({ log, seenAt: [] })],
    ['with a time that is none', log => ({ log, seenAt: ['yesterday'] })],
    ['no record', () => 5],
  ])('says so when a record on its disk was %s', async (_, change) => {
    const logs = open()
    await logs.offer(cast.log)
    const keys: string[] = []
    for await (const { key } of store.list({ prefix: '' })) keys.push(key)
    expect(keys).toEqual([`did-log/${did}/${did.slice('did:lumos:'.length)}`])
    await store.put(keys[0] as string, change(cast.log) as never)
    await expect(open().state(did)).rejects.toThrow(code('storage-failed'))
    await expect(open().offer(cast.log)).rejects.toThrow(code('storage-failed'))
  })

  it('learns within the age of an answer what another process wrote to the same store', async () => {
    const [here, there] = [open(), open()]
    await here.offer(cast.log)
    await here.state(did)
    await there.offer(await addTablet(cast.log))
    expect(here.state(did)).toMatchObject({ operationCount: 1 })
    cast.clock.advance(300_000)
    expect(await here.state(did)).toMatchObject({ operationCount: 2 })
  })

  it('loses nothing when processes that share a store write at the same time', async () => {
    const { log, phone, laptop, clock } = cast
    await open().offer(log)
    const byPhone = await appendToDidLog(log, { type: 'remove-device', key: laptop.did }, phone)
    const byLaptop = await addTablet(log)
    clock.advance(1000)
    store.meet(2)
    await Promise.all([open().offer(byPhone), open().offer(byLaptop)])
    const keys: string[] = []
    for await (const { key } of store.list({ prefix: '' })) keys.push(key)
    expect(keys).toHaveLength(2)
    expect((await open().state(did)).keys).toEqual([phone.did])
    // What both have seen keeps its first time, and the next to write tidies up.
    clock.advance(recoveryWindowMs - 1)
    const longer = await appendToDidLog(
      byPhone,
      { type: 'add-device', key: cast.tablet.did, label: 'T' },
      phone,
    )
    await open().offer(longer)
    const records: unknown[] = []
    for await (const { value } of store.list({ prefix: '' }))
      records.push((value as { seenAt: number[] }).seenAt)
    const now = clock.now()
    expect(records).toEqual([[now - recoveryWindowMs - 999, now - recoveryWindowMs + 1, now]])
    await open().forget(did)
    await expect(open().state(did)).rejects.toThrow(code('not-found'))
  })

  it('takes no log in for who gave up, and none that its own verifier does not believe', async () => {
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(open().offer(cast.log, { signal })).rejects.toThrow('gone')
    const doubting = new DidLogStore({ store, clock: cast.clock, verifier: { verify: () => false } })
    await expect(doubting.offer(cast.log)).rejects.toThrow(code('invalid-proof'))
    expect(await open().log(did)).toBeUndefined()
  })

  it('is not fooled by a log that does not hold', async () => {
    const logs = open()
    const [genesis] = cast.log
    await expect(logs.offer([{ ...genesis, signature: 'A'.repeat(86) }])).rejects.toThrow(
      code('invalid-proof'),
    )
    await expect(logs.offer('[]')).rejects.toThrow(code('invalid-request'))
    await expect(logs.offer(cast.log, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow(
      'gone',
    )
    expect(await logs.log(did)).toBeUndefined()
  })

  it('holds what many offer at once to the one that wins', async () => {
    const { log, phone, laptop, tablet } = cast
    const logs = open()
    const byPhone = await appendToDidLog(log, { type: 'remove-device', key: laptop.did }, phone)
    const byLaptop = await addTablet(log)
    const longer = await appendToDidLog(byLaptop, { type: 'remove-device', key: laptop.did }, tablet)
    const offers = [byLaptop, longer, log, byPhone, byLaptop, log].map(each => logs.offer(each))
    await Promise.allSettled(offers)
    expect((await logs.state(did)).keys).toEqual([phone.did])
  })
})
