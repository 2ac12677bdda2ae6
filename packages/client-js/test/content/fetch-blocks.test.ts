import { beforeEach, describe, expect, it } from 'vitest'
import { fetchBlocks } from '../../src/content/fetch-blocks.ts'
import type { Chunk } from '../../src/content/file-chunks.ts'
import { contentIdOf, MemoryContentStore } from '../../src/content/index.ts'
import type { ContentId, TransferProgress } from '../../src/contracts/index.ts'
import { contentSourceSuite } from '../../src/testing/content-source-suite.ts'
import { MemoryContentSource } from '../../src/testing/memory-content-source.ts'

const blocks = new Map<ContentId, Uint8Array>()
for (let index = 0; index < 40; index++) {
  const bytes = new Uint8Array(1000 + index).fill(index)
  blocks.set(await contentIdOf(bytes, 'raw'), bytes)
}
const wanted: Chunk[] = [...blocks].map(([cid, bytes]) => ({ cid, sizeBytes: bytes.length }))
const totalBytes = wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

let store: MemoryContentStore
let first: MemoryContentSource
let second: MemoryContentSource
beforeEach(() => {
  store = new MemoryContentStore()
  first = new MemoryContentSource('first', blocks)
  second = new MemoryContentSource('second', blocks)
})

const isWhole = async () => {
  for (const { cid } of wanted) if (!(await store.has(cid))) return false
  return true
}

contentSourceSuite('MemoryContentSource', async () => ({
  source: new MemoryContentSource('memory', blocks),
  blocks,
}))

describe('fetching blocks', () => {
  it('asks several sources side by side, for each block once, with so many in memory as allowed', async () => {
    const { movedBytes } = await fetchBlocks(wanted, [first, second], store, { concurrency: 4 })
    expect(movedBytes).toBe(totalBytes)
    expect(await isWhole()).toBe(true)
    expect(first.asked.length).toBeGreaterThan(0)
    expect(second.asked.length).toBeGreaterThan(0)
    expect(new Set([...first.asked, ...second.asked]).size).toBe(first.asked.length + second.asked.length)
    expect(first.mostUnderWay + second.mostUnderWay).toBeLessThanOrEqual(4)
  })

  it('moves what is missing only', async () => {
    for (const [cid, bytes] of [...blocks].slice(0, 30)) await store.put(cid, bytes)
    const { movedBytes } = await fetchBlocks([...wanted, ...wanted], [first], store)
    expect(first.asked).toHaveLength(10)
    expect(movedBytes).toBe([...blocks.values()].slice(30).reduce((sum, bytes) => sum + bytes.length, 0))
  })

  it('asks a liar no more, and keeps none of its blocks', async () => {
    first.mood = 'lying'
    await fetchBlocks(wanted, [first, second], store, { concurrency: 2 })
    expect(await isWhole()).toBe(true)
    expect(first.asked.length).toBeLessThanOrEqual(2)
  })

  it('leaves a source that is silent, and one that fails, for another', async () => {
    first.mood = 'silent'
    const third = new MemoryContentSource('third', blocks)
    third.mood = 'failing'
    await fetchBlocks(wanted, [first, third, second], store, { concurrency: 2, patienceMs: 20 })
    expect(await isWhole()).toBe(true)
    expect(first.asked.length).toBeLessThanOrEqual(2)
    expect(third.asked.length).toBeLessThanOrEqual(2)
  })

  it('takes each block from the one source that has it', async () => {
    const ids = [...blocks.keys()]
    for (const cid of ids.slice(0, 20)) first.blocks.delete(cid)
    for (const cid of ids.slice(20)) second.blocks.delete(cid)
    await fetchBlocks(wanted, [first, second], store)
    expect(await isWhole()).toBe(true)
  })

  it('ends when nobody has a block, keeps what came, and goes on from there', async () => {
    const [missing] = [...blocks].slice(30)
    first.blocks.delete(missing?.[0] as ContentId)
    const failure = expect(fetchBlocks(wanted, [first], store, { concurrency: 1 })).rejects
    await failure.toMatchObject({ code: 'model-unavailable', retryable: true })
    const { movedBytes } = await fetchBlocks(wanted, [second], store)
    expect(second.asked).toHaveLength(10)
    expect(movedBytes).toBeLessThan(totalBytes)
  })

  it('takes no block whose size is not the one the folder claims', async () => {
    const [chunk] = wanted as [Chunk]
    const fetching = fetchBlocks([{ ...chunk, sizeBytes: chunk.sizeBytes + 1 }], [first], store)
    await expect(fetching).rejects.toMatchObject({ code: 'model-unavailable' })
    expect(await store.has(chunk.cid)).toBe(false)
  })

  it('says how far it is, and how fast', async () => {
    const reports: TransferProgress[] = []
    await fetchBlocks(wanted, [first], store, { onProgress: progress => reports.push(progress) })
    const loaded = reports.map(({ loadedBytes }) => loadedBytes)
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b))
    expect(reports.at(-1)).toMatchObject({ loadedBytes: totalBytes, totalBytes })
    expect(reports.at(-1)?.bytesPerSecond).toBeGreaterThan(0)
  })

  it('ends at once when it is aborted, even under a silent source', async () => {
    first.mood = 'silent'
    const controller = new AbortController()
    const reason = new Error('tab closed')
    const fetching = fetchBlocks(wanted, [first], store, { signal: controller.signal })
    controller.abort(reason)
    await expect(fetching).rejects.toBe(reason)
  })
})
