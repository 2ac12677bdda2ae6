import { beforeEach, describe, expect, it } from 'vitest'
import { RevocationSync, type RevocationSyncOptions } from '../../../src/access/index.ts'
import type { Did } from '../../../src/contracts/index.ts'
import { type ErrorCode, LumosError, type RevocationSource } from '../../../src/contracts/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'

const alice = 'did:key:alice' as Did
const bob = 'did:key:bob' as Did

/** A source that holds one token a page. */
class PagedSource implements RevocationSource {
  readonly name = 'paged'
  tokens: string[] = []
  failure: unknown
  reads = 0
  /** Called when a page is asked for. */
  onFetch: (signal: AbortSignal | undefined) => Promise<void> | void = () => {}

  async fetch(cursor = '0', { signal }: { signal?: AbortSignal | undefined } = {}) {
    this.reads++
    await this.onFetch(signal)
    if (this.failure !== undefined) throw this.failure
    const at = Number(cursor)
    const tokens = this.tokens.slice(at, at + 1)
    return { tokens, cursor: String(at + tokens.length), hasMore: at + 1 < this.tokens.length }
  }
}

let clock: ManualClock, source: PagedSource, added: string[], reported: unknown[]
let addFailure: (token: string) => ErrorCode | undefined
beforeEach(() => {
  clock = new ManualClock()
  source = new PagedSource()
  added = []
  reported = []
  addFailure = () => undefined
})

function createSync(options: Partial<RevocationSyncOptions> = {}): RevocationSync {
  const add = async (token: string) => {
    const code = addFailure(token)
    if (code !== undefined) throw new LumosError(code, token)
    added.push(token)
  }
  return new RevocationSync({
    list: { add } as unknown as RevocationSyncOptions['list'],
    sources: [{ source }],
    clock,
    intervalMs: 1000,
    maxStalenessMs: 5000,
    timeoutMs: 500,
    onError: error => reported.push(error),
    ...options,
  })
}

const settle = () => new Promise(resolve => setImmediate(resolve))

describe('keeping up with what others revoke', () => {
  it('reads every page, then only what is new', async () => {
    const sync = createSync()
    source.tokens = ['a', 'b', 'c']
    await sync.syncNow()
    source.tokens.push('d')
    await sync.syncNow()
    expect(added).toEqual(['a', 'b', 'c', 'd'])
  })

  it('reads when started, then each interval, and not after it stopped', async () => {
    const sync = createSync()
    sync.start()
    sync.start()
    await settle()
    expect(source.reads).toBe(1)
    clock.advance(999)
    await settle()
    expect(source.reads).toBe(1)
    clock.advance(1)
    await settle()
    expect(source.reads).toBe(2)
    await sync.stop()
    await sync.stop()
    expect(clock.timerCount).toBe(0)
    sync.start()
    await settle()
    expect(source.reads).toBe(3)
    await sync.stop()
  })

  it('is fresh from the first whole reading on, for as long as allowed', async () => {
    const sync = createSync()
    expect(sync.isFresh(alice)).toBe(false)
    await sync.syncNow()
    expect(sync.isFresh(alice)).toBe(true)
    clock.advance(5000)
    expect(sync.isFresh(alice)).toBe(true)
    clock.advance(1)
    expect(sync.isFresh(alice)).toBe(false)
  })

  it('counts from when the reading began, and not at all when the clock was put back', async () => {
    const sync = createSync({ timeoutMs: 60_000 })
    source.onFetch = () => clock.advance(3000)
    await sync.syncNow()
    clock.advance(2001)
    expect(sync.isFresh(alice)).toBe(false)
    source.onFetch = () => {}
    await sync.syncNow()
    expect(sync.isFresh(alice)).toBe(true)
    clock.advance(-1)
    expect(sync.isFresh(alice)).toBe(false)
  })

  it('is not fresh by half: a page that fails leaves the rest for the next reading', async () => {
    const sync = createSync()
    source.tokens = ['a', 'b']
    source.onFetch = () => {
      source.failure = source.reads === 2 ? new Error('unplugged') : undefined
    }
    await sync.syncNow()
    expect(sync.isFresh(alice)).toBe(false)
    expect(reported).toEqual([new Error('unplugged')])
    await sync.syncNow()
    expect([sync.isFresh(alice), added]).toEqual([true, ['a', 'b']])
  })

  it('passes over forgeries, reports them, and takes the rest', async () => {
    const sync = createSync()
    source.tokens = ['forged', 'broken', 'good']
    addFailure = token =>
      ({ forged: 'invalid-proof', broken: 'malformed-frame' })[token] as ErrorCode | undefined
    await sync.syncNow()
    expect(added).toEqual(['good'])
    expect(reported).toMatchObject([{ code: 'invalid-proof' }, { code: 'malformed-frame' }])
    expect(sync.isFresh(alice)).toBe(true)
  })

  it.each(['identity-unavailable', 'storage-failed', 'limit-reached'] as const)(
    'is not fresh when a revocation could not be judged or kept: %s',
    async code => {
      const sync = createSync()
      source.tokens = ['a']
      addFailure = () => code
      await sync.syncNow()
      expect(sync.isFresh(alice)).toBe(false)
      addFailure = () => undefined
      await sync.syncNow()
      expect([sync.isFresh(alice), added]).toEqual([true, ['a']])
    },
  )

  it('is relied on for the issuers named, and needs each source that covers one', async () => {
    const second = new PagedSource()
    second.failure = new Error('down')
    const sync = createSync({ sources: [{ source }, { source: second, issuers: [bob] }] })
    await sync.syncNow()
    expect([sync.isFresh(alice), sync.isFresh(bob)]).toEqual([true, false])
    second.failure = undefined
    await sync.syncNow()
    expect(sync.isFresh(bob)).toBe(true)
  })

  it('without sources has nothing to wait for', () => {
    expect(createSync({ sources: [] }).isFresh(alice)).toBe(true)
  })

  it('gives up a source that hangs, and one that never ends', async () => {
    const sync = createSync()
    source.onFetch = () => new Promise(() => {})
    const reading = sync.syncNow()
    await settle()
    clock.advance(500)
    await reading
    expect(reported).toMatchObject([{ code: 'deadline-exceeded' }])
    source.onFetch = () => {
      source.tokens.push('x')
      source.tokens.push('x')
    }
    await sync.syncNow()
    expect(reported[1]).toMatchObject({ code: 'too-large' })
    expect(source.reads).toBe(1001)
    expect(sync.isFresh(alice)).toBe(false)
  })

  it('reads a source once at a time, and stops in the middle when told', async () => {
    const sync = createSync()
    let seen: AbortSignal | undefined
    source.onFetch = signal => {
      seen = signal
      return new Promise(() => {})
    }
    const first = sync.syncNow()
    const second = sync.syncNow()
    await settle()
    expect(source.reads).toBe(1)
    await sync.stop()
    await Promise.all([first, second])
    expect(seen?.aborted).toBe(true)
    expect([reported, clock.timerCount]).toEqual([[], 0])
  })

  it('lets a caller leave before it is done', async () => {
    const sync = createSync()
    source.onFetch = () => new Promise(() => {})
    const reason = new Error('left')
    await expect(sync.syncNow({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await sync.stop()
  })

  it('reads each 30 s, within 20 s, and counts for five minutes, unless told otherwise', async () => {
    const sync = new RevocationSync({ list: {} as never, sources: [{ source }], clock })
    sync.start()
    await settle()
    clock.advance(29_999)
    await settle()
    expect(source.reads).toBe(1)
    let seen: AbortSignal | undefined
    source.onFetch = signal => {
      seen = signal
      return new Promise(() => {})
    }
    clock.advance(1)
    await settle()
    expect(source.reads).toBe(2)
    clock.advance(19_999)
    expect(seen?.aborted).toBe(false)
    clock.advance(1)
    expect(seen?.reason).toMatchObject({ code: 'deadline-exceeded' })
    await sync.stop()
    clock.advance(250_000)
    expect(sync.isFresh(alice)).toBe(true)
    clock.advance(1)
    expect(sync.isFresh(alice)).toBe(false)
  })

  it('passes over forgeries and failures also where nobody wants to hear of them', async () => {
    const signals: unknown[] = []
    const add = async (token: string, options: { signal?: AbortSignal }) => {
      signals.push(options.signal)
      if (token === 'forged') throw new LumosError('invalid-proof', token)
      added.push(token)
    }
    const sync = new RevocationSync({ list: { add } as never, sources: [{ source }], clock })
    source.tokens = ['forged', 'good']
    source.failure = new Error('unplugged')
    await sync.syncNow()
    expect([sync.isFresh(alice), added]).toEqual([false, []])
    source.failure = undefined
    await sync.syncNow()
    expect([sync.isFresh(alice), added]).toEqual([true, ['good']])
    expect(signals).toEqual([expect.any(AbortSignal), expect.any(AbortSignal)])
  })

  it('waits for a reading that is under way before it has stopped', async () => {
    const order: string[] = []
    const gate = Promise.withResolvers<void>()
    const add = async () => {
      await gate.promise
      order.push('added')
    }
    const slow = createSync({ list: { add } as never })
    source.tokens = ['a']
    slow.start()
    await settle()
    const stopped = slow.stop().then(() => order.push('stopped'))
    await settle()
    expect(order).toEqual([])
    gate.resolve()
    await stopped
    await settle()
    expect(order).toEqual(['added', 'stopped'])
    expect(clock.timerCount).toBe(0)
  })
})
