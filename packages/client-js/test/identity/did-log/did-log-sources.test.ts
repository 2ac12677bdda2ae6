import { beforeEach, describe, expect, it } from 'vitest'
import {
  appendToDidLog,
  createDidLog,
  type DidLog,
  type DidLogSource,
  DidLogStore,
  httpDidLogSource,
  type LumosDid,
  verifyDidLog,
} from '../../../src/identity/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { code } from '../refused.ts'
import { type Cast, createCast } from './cast.ts'

let cast: Cast
let did: LumosDid
let store: MemoryStore
beforeEach(async () => {
  cast = await createCast()
  did = (await verifyDidLog(cast.log)).did
  store = new MemoryStore()
})

const open = (...sources: DidLogSource[]) => new DidLogStore({ store, clock: cast.clock, sources })
const addTablet = (log: DidLog) =>
  appendToDidLog(log, { type: 'add-device', key: cast.tablet.did, label: 'Tablet' }, cast.laptop)

/** A source that has what a test says: undefined for nothing, an error for no answer. */
function sourceOf(answer: () => unknown, name = 'source'): DidLogSource & { asked: number } {
  const source = {
    name,
    asked: 0,
    fetch: async () => {
      source.asked++
      const log = answer()
      if (log instanceof Error) throw log
      return log
    },
  }
  return source
}

describe('sources of a store', () => {
  it('are asked when the answer is older than the caller allows', async () => {
    const source = sourceOf(() => cast.log)
    const logs = open(source)
    await logs.state(did, { maxAgeMs: 1000 })
    expect(logs.state(did, { maxAgeMs: 1000 })).not.toBeInstanceOf(Promise)
    cast.clock.advance(1000)
    expect(logs.state(did, { maxAgeMs: 1001 })).not.toBeInstanceOf(Promise)
    await logs.state(did, { maxAgeMs: 1000 })
    expect(source.asked).toBe(2)
    cast.clock.advance(299_999)
    expect(logs.state(did)).not.toBeInstanceOf(Promise)
    cast.clock.advance(1)
    expect(await logs.state(did)).toMatchObject({ did })
    expect(source.asked).toBe(3)
  })

  it('bring a longer log, which is then known', async () => {
    let current: DidLog = cast.log
    const logs = open(sourceOf(() => current))
    await logs.state(did)
    current = await addTablet(current)
    cast.clock.advance(300_000)
    expect((await logs.state(did)).keys).toHaveLength(3)
    expect(await logs.log(did)).toEqual(current)
  })

  it('are not taken for the truth when they have less than what is known', async () => {
    const logs = open(sourceOf(() => cast.log))
    const longer = await addTablet(cast.log)
    await logs.offer(longer)
    await expect(logs.state(did)).rejects.toThrow(code('identity-unavailable'))
    const both = open(
      sourceOf(() => cast.log),
      sourceOf(() => longer),
    )
    expect((await both.state(did)).keys).toHaveLength(3)
  })

  it('may fail as long as one of them has all that is known', async () => {
    const logs = open(
      sourceOf(() => new Error('no answer')),
      sourceOf(() => [{ forged: true }]),
      sourceOf(() => cast.log),
    )
    expect((await logs.state(did)).keys).toHaveLength(2)
    const alone = open(sourceOf(() => new Error('no answer')))
    await expect(alone.state(did)).rejects.toMatchObject({
      code: 'identity-unavailable',
      retryable: true,
      cause: { message: 'no answer' },
    })
  })

  it('that all have nothing say that there is no such log', async () => {
    await expect(open(sourceOf(() => undefined)).state(did)).rejects.toThrow(code('not-found'))
    const one = open(
      sourceOf(() => undefined),
      sourceOf(() => new Error('no answer')),
    )
    await expect(one.state(did)).rejects.toMatchObject({
      code: 'identity-unavailable',
      cause: { message: 'no answer' },
    })
  })

  it('cannot bring the log of another DID', async () => {
    const other = await createDidLog({
      devices: [{ key: cast.stranger.did, label: 'X' }],
      recoveryKeys: [cast.words.did],
      signer: cast.stranger,
    })
    await expect(open(sourceOf(() => other)).state(did)).rejects.toThrow(code('identity-unavailable'))
    expect(await open().log((await verifyDidLog(other)).did)).toBeUndefined()
  })

  it('on a losing branch do not make what is known fresh, and are named', async () => {
    const { log, phone, laptop } = cast
    const losing = await addTablet(log)
    const logs = open(sourceOf(() => losing, 'the slow one'))
    await logs.offer(await appendToDidLog(log, { type: 'remove-device', key: laptop.did }, phone))
    const refusal = await Promise.resolve(logs.state(did)).catch(error => error)
    expect(refusal).toMatchObject({ code: 'identity-unavailable', cause: { code: 'conflict' } })
    expect(refusal.cause.message).toContain('the slow one')
  })

  it('over HTTP are asked for the DID below their URL', async () => {
    const asked: string[] = []
    const answers = [Response.json(cast.log), new Response('', { status: 404 }), new Response('[', {})]
    const source = httpDidLogSource({
      baseUrl: 'https://ids.example/logs/',
      clock: cast.clock,
      fetch: (async (url: URL) => {
        asked.push(url.href)
        return answers[asked.length - 1]
      }) as unknown as typeof fetch,
    })
    expect(source.name).toBe('https://ids.example/logs/')
    expect(await source.fetch(did)).toEqual(cast.log)
    expect(await source.fetch(did)).toBeUndefined()
    await expect(source.fetch(did)).rejects.toThrow(code('malformed-frame'))
    expect(asked[0]).toBe(`https://ids.example/logs/${encodeURIComponent(did)}`)
  })
})
