import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contentIdOf } from '../content/index.ts'
import type { ContentId, ContentSource } from '../contracts/index.ts'

export interface ContentSourceFixture {
  source: ContentSource
  /** Blocks it has, several. */
  blocks: ReadonlyMap<ContentId, Uint8Array>
  cleanUp?(): Promise<void>
}

/** What every {@link ContentSource} must do. */
export function contentSourceSuite(name: string, create: () => Promise<ContentSourceFixture>): void {
  describe(`${name} is a ContentSource`, () => {
    let fixture: ContentSourceFixture
    beforeEach(async () => {
      fixture = await create()
    })
    afterEach(() => fixture.cleanUp?.())

    it('gives every block it has, also side by side', async () => {
      const { source, blocks } = fixture
      const fetched = await Promise.all([...blocks.keys()].map(cid => source.fetch(cid)))
      expect(fetched.map(bytes => bytes?.length)).toEqual([...blocks.values()].map(bytes => bytes.length))
      for (const bytes of fetched) {
        const cid = await contentIdOf(bytes as Uint8Array, 'raw')
        expect(blocks.has(cid) || blocks.has(await contentIdOf(bytes as Uint8Array, 'dag-pb'))).toBe(true)
      }
    })

    it('says when it does not have a block', async () => {
      const absent = await contentIdOf(Uint8Array.of(1, 2, 3), 'raw')
      expect(await fixture.source.fetch(absent)).toBeUndefined()
    })

    it('hears an abort', async () => {
      const [cid] = fixture.blocks.keys()
      const reason = new Error('enough')
      const fetching = fixture.source.fetch(cid as ContentId, { signal: AbortSignal.abort(reason) })
      await expect(fetching).rejects.toBe(reason)
    })

    it('has a name without secrets', () => {
      expect(fixture.source.name).toMatch(/^[^@]+$/)
    })
  })
}
