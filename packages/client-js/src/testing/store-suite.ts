import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JsonValue, ListOptions, Store } from '../contracts/index.ts'

export interface StoreSuiteOptions {
  /** A new, empty store. */
  create(): Promise<Store> | Store
  /** What `create` made needs this to go away. */
  cleanUp?(): Promise<void> | void
}

/** What every {@link Store} must do. */
export function storeSuite(name: string, options: StoreSuiteOptions): void {
  describe(`${name} is a Store`, () => {
    let store: Store
    beforeEach(async () => {
      store = await options.create()
    })
    afterEach(async () => {
      await store.stop()
      await options.cleanUp?.()
    })

    const values: JsonValue[] = [
      null,
      false,
      0,
      -0.5,
      '',
      'text 文本 \u0000',
      [],
      {},
      { a: [1, { b: null }] },
    ]
    it.each(values.map(value => [value]))('gives back %j', async value => {
      await store.put('key', value)
      expect(await store.get('key')).toEqual(value)
    })

    it('gives undefined for what is not there', async () => {
      expect(await store.get('absent')).toBeUndefined()
    })

    it('replaces and deletes', async () => {
      await store.put('key', 1)
      await store.put('key', 2)
      expect(await store.get('key')).toBe(2)
      await store.delete('key')
      await store.delete('key')
      expect(await store.get('key')).toBeUndefined()
    })

    it('keeps a value apart from the object that was written and the one that was read', async () => {
      const written = { list: [1] }
      await store.put('key', written)
      written.list.push(2)
      const read = (await store.get('key')) as typeof written
      read.list.push(3)
      expect(await store.get('key')).toEqual({ list: [1] })
    })

    it('lets one of many concurrent putIfAbsent win', async () => {
      const wins = await Promise.all(
        Array.from({ length: 20 }, (_, index) => store.putIfAbsent('key', index)),
      )
      expect(wins.filter(Boolean)).toHaveLength(1)
      expect(await store.get('key')).toBe(wins.indexOf(true))
      expect(await store.putIfAbsent('key', 'late')).toBe(false)
    })

    it('treats a stored null as present', async () => {
      await store.put('key', null)
      expect(await store.putIfAbsent('key', 1)).toBe(false)
      expect(await store.get('key')).toBeNull()
    })

    listing(() => store)
    writing(() => store)
  })
}

async function keys(store: Store, options: ListOptions): Promise<string[]> {
  const found: string[] = []
  for await (const { key, value } of store.list(options)) {
    expect(value).toBe(`value of ${key}`)
    found.push(key)
  }
  return found
}

function listing(store: () => Store): void {
  describe('list', () => {
    // In byte order, which is not the order of any language.
    const all = ['!', 'a', 'a!', 'a/', 'a/B', 'a/a', 'a/a/1', 'a/b', 'a0', 'aa', 'b', '~']
    beforeEach(async () => {
      for (const key of [...all].reverse()) await store().put(key, `value of ${key}`)
    })

    it('gives every key in byte order for the empty prefix', async () => {
      expect(await keys(store(), { prefix: '' })).toEqual(all)
      expect(await keys(store(), { prefix: '', reverse: true })).toEqual([...all].reverse())
    })

    it('gives only keys with the prefix, itself included', async () => {
      expect(await keys(store(), { prefix: 'a/' })).toEqual(['a/', 'a/B', 'a/a', 'a/a/1', 'a/b'])
      expect(await keys(store(), { prefix: 'c' })).toEqual([])
    })

    it.each(['', '!', 'a/', 'a/a', 'a/aa', 'a/b', 'b', '~~'])(
      'goes on after %j in both directions',
      async after => {
        const inside = all.filter(key => key.startsWith('a/'))
        const page = { prefix: 'a/', after }
        expect(await keys(store(), page)).toEqual(inside.filter(key => key > after))
        expect(await keys(store(), { ...page, reverse: true })).toEqual(
          inside.filter(key => key < after).reverse(),
        )
      },
    )

    it('stops at the limit', async () => {
      expect(await keys(store(), { prefix: 'a', limit: 2 })).toEqual(['a', 'a!'])
      expect(await keys(store(), { prefix: 'a', limit: 2, reverse: true })).toEqual(['aa', 'a0'])
      expect(await keys(store(), { prefix: 'a', limit: 0 })).toEqual([])
    })

    it('gives more entries than any page holds, each once', async () => {
      const many = Array.from({ length: 700 }, (_, index) => `many/${String(index).padStart(4, '0')}`)
      await store().batch(many.map(key => ({ type: 'put', key, value: `value of ${key}` })))
      expect(await keys(store(), { prefix: 'many/' })).toEqual(many)
      expect(await keys(store(), { prefix: 'many/', reverse: true })).toEqual([...many].reverse())
      expect(await keys(store(), { prefix: 'many/', limit: 600 })).toEqual(many.slice(0, 600))
    })

    it('goes on when what it lists is deleted under it', async () => {
      const seen: string[] = []
      for await (const { key } of store().list({ prefix: 'a/' })) {
        seen.push(key)
        await store().delete(key)
      }
      expect(seen).toEqual(['a/', 'a/B', 'a/a', 'a/a/1', 'a/b'])
      expect(await keys(store(), { prefix: 'a/' })).toEqual([])
    })
  })
}

function writing(store: () => Store): void {
  it('applies a batch in order', async () => {
    await store().batch([
      { type: 'put', key: 'a', value: 1 },
      { type: 'put', key: 'b', value: 1 },
      { type: 'delete', key: 'a' },
      { type: 'put', key: 'b', value: 2 },
    ])
    expect(await store().get('a')).toBeUndefined()
    expect(await store().get('b')).toBe(2)
    await store().batch([])
  })

  it('applies nothing of a batch with a bad operation', async () => {
    const bad = (() => {}) as unknown as JsonValue
    for (const last of [
      { key: 'with space', value: 1 as JsonValue },
      { key: 'b', value: bad },
    ]) {
      const batch = store().batch([
        { type: 'put', key: 'a', value: 1 },
        { type: 'put', ...last },
      ])
      await expect(batch).rejects.toMatchObject({ code: 'invalid-request' })
    }
    expect(await store().get('a')).toBeUndefined()
  })

  it.each(['', ' ', 'ü', 'a b', '\x7f', 'x'.repeat(513)])('refuses the key %j', async key => {
    const refusal = { code: 'invalid-request' }
    await expect(store().get(key)).rejects.toMatchObject(refusal)
    await expect(store().put(key, 1)).rejects.toMatchObject(refusal)
    await expect(store().putIfAbsent(key, 1)).rejects.toMatchObject(refusal)
    await expect(store().delete(key)).rejects.toMatchObject(refusal)
  })

  it('accepts a key of 512 characters', async () => {
    const key = '~'.repeat(512)
    await store().put(key, 1)
    expect(await store().get(key)).toBe(1)
  })

  it('changes nothing for a caller that aborted before', async () => {
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(store().put('key', 1, { signal })).rejects.toThrow('gone')
    await expect(store().get('key', { signal })).rejects.toThrow('gone')
    await expect(store().batch([{ type: 'put', key: 'key', value: 1 }], { signal })).rejects.toThrow('gone')
    expect(await store().get('key')).toBeUndefined()
  })

  it('refuses work once stopped, and stopping twice is fine', async () => {
    await store().stop()
    await store().stop()
    await expect(store().get('key')).rejects.toMatchObject({ code: 'storage-failed' })
  })
}
