import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contentIdOf } from '../content/index.ts'
import { type ContentId, type ContentStore, maxBlockBytes } from '../contracts/index.ts'

export interface ContentStoreFixture {
  store: ContentStore
  /** The same blocks, as the next process sees them. Absent for stores that end with theirs. */
  reopen?(): Promise<ContentStore>
  /** Changes the bytes of a block behind the store's back. Absent where nobody can. */
  damage?(cid: ContentId, change: (bytes: Uint8Array) => Uint8Array): Promise<void>
  cleanUp?(): Promise<void>
}

/** What every {@link ContentStore} must do. */
export function contentStoreSuite(name: string, create: () => Promise<ContentStoreFixture>): void {
  describe(`${name} is a ContentStore`, () => {
    let fixture: ContentStoreFixture
    let store: ContentStore
    beforeEach(async () => {
      fixture = await create()
      store = fixture.store
    })
    afterEach(() => fixture.cleanUp?.())

    it.each([0, 1, 70_000, maxBlockBytes])('gives back a block of %i bytes', async sizeBytes => {
      const { cid, bytes } = await block(sizeBytes)
      await store.put(cid, bytes)
      expect(await store.has(cid)).toBe(true)
      expect(isSame(await store.get(cid), bytes)).toBe(true)
    })

    it('has nothing that was not put', async () => {
      const { cid } = await block(10)
      expect(await store.get(cid)).toBeUndefined()
      expect(await store.has(cid)).toBe(false)
      await store.delete(cid)
    })

    it('refuses bytes that are not what the name says, and names that are none', async () => {
      const { cid, bytes } = await block(10)
      await expect(store.put(cid, bytes.subarray(1))).rejects.toMatchObject({ code: 'invalid-request' })
      expect(await store.has(cid)).toBe(false)
      for (const wrong of ['', '../../etc/passwd', cid.toUpperCase(), `${cid}a`, cid.slice(1), 'bafy/../x']) {
        const failure = { code: 'invalid-request' }
        await expect(store.get(wrong as ContentId)).rejects.toMatchObject(failure)
        await expect(store.delete(wrong as ContentId)).rejects.toMatchObject(failure)
        await expect(store.put(wrong as ContentId, bytes)).rejects.toMatchObject(failure)
      }
    })

    it('refuses a block larger than IPFS nodes exchange', async () => {
      const { cid, bytes } = await block(maxBlockBytes + 1)
      await expect(store.put(cid, bytes)).rejects.toMatchObject({ code: 'too-large' })
    })

    it('keeps a block apart from the bytes that were written and those that were read', async () => {
      const { cid, bytes } = await block(100)
      const written = bytes.slice()
      await store.put(cid, written)
      written.fill(0)
      ;(await store.get(cid))?.fill(1)
      expect(isSame(await store.get(cid), bytes)).toBe(true)
    })

    it('keeps one block of several writers, and lists each once with its size', async () => {
      const blocks = await Promise.all([block(10), block(20_000), block(20_001)])
      await Promise.all([...blocks, ...blocks].map(({ cid, bytes }) => store.put(cid, bytes)))
      expect(await sizes(store)).toEqual(new Map(blocks.map(({ cid, bytes }) => [cid, bytes.length])))
      await store.delete(blocks[0]?.cid as ContentId)
      expect((await sizes(store)).size).toBe(2)
    })

    it('hears an abort', async () => {
      const { cid, bytes } = await block(10)
      const reason = new Error('enough')
      const options = { signal: AbortSignal.abort(reason) }
      await expect(store.put(cid, bytes, options)).rejects.toBe(reason)
      await expect(store.get(cid, options)).rejects.toBe(reason)
      expect(await store.has(cid)).toBe(false)
    })

    it('keeps blocks for the next process', async context => {
      if (fixture.reopen === undefined) return context.skip()
      const { cid, bytes } = await block(70_000)
      await store.put(cid, bytes)
      expect(isSame(await (await fixture.reopen()).get(cid), bytes)).toBe(true)
    })

    it.for<[string, (bytes: Uint8Array) => Uint8Array]>([
      ['torn', bytes => bytes.slice(0, 1000)],
      ['grown', bytes => new Uint8Array(bytes.length + 1)],
      ['emptied', () => new Uint8Array()],
      ['changed in one bit', bytes => bytes.with(500, (bytes[500] ?? 0) ^ 1)],
    ])('gives out no block that was %s, and takes it anew', async ([, change], context) => {
      if (fixture.damage === undefined) return context.skip()
      const { cid, bytes } = await block(70_000)
      await store.put(cid, bytes)
      await fixture.damage(cid, change)
      expect(await store.get(cid)).toBeUndefined()
      expect(await store.has(cid)).toBe(false)
      await store.put(cid, bytes)
      expect(isSame(await store.get(cid), bytes)).toBe(true)
    })
  })
}

async function block(sizeBytes: number) {
  const bytes = new Uint8Array(sizeBytes)
  for (let index = 0; index < sizeBytes; index++)
    bytes[index] = Math.imul(index + sizeBytes, 2654435761) >>> 24
  return { cid: await contentIdOf(bytes, 'raw'), bytes }
}

/** Assertions on megabytes print megabytes. */
function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.length === b.length && a.every((byte, index) => byte === b[index])
}

async function sizes(store: ContentStore): Promise<Map<ContentId, number>> {
  const found = new Map<ContentId, number>()
  for await (const { cid, sizeBytes } of store.list()) {
    expect(found.has(cid)).toBe(false)
    found.set(cid, sizeBytes)
  }
  return found
}
