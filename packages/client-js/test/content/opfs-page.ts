import { openModelStore } from '@lomusai/client-js/inference'
import { contentIdOf, FileContentStore } from '../../src/content/index.ts'
import type { ContentId, ModelId } from '../../src/contracts/index.ts'
import { openFileStore } from '../../src/platform/browser.ts'

const modelId = 'owner/name' as ModelId
const path = 'onnx/model.onnx'

/** What the spec beside this file calls, in the page and in its worker. */
const calls = {
  async putAndGet(name: string, sizes: number[]): Promise<string[]> {
    const store = new FileContentStore(await openFileStore(name), 'blocks')
    const ids: string[] = []
    for (const size of sizes) {
      const bytes = new Uint8Array(size).fill(size % 251)
      const cid = await contentIdOf(bytes, 'raw')
      await Promise.all([store.put(cid, bytes), store.put(cid, bytes)])
      ids.push(cid)
    }
    return ids
  },

  /** Sizes of what is there, whole; -1 for what is not. */
  async sizes(name: string, ids: string[]): Promise<number[]> {
    const store = new FileContentStore(await openFileStore(name), 'blocks')
    const blocks = await Promise.all(ids.map(cid => store.get(cid as ContentId)))
    return blocks.map(bytes => bytes?.length ?? -1)
  },

  async list(name: string): Promise<Record<string, number>> {
    const store = new FileContentStore(await openFileStore(name), 'blocks')
    const found: Record<string, number> = {}
    for await (const { cid, sizeBytes } of store.list()) found[cid] = sizeBytes
    return found
  },

  /** Half of a block, in its place, as after a crash. */
  async tear(name: string, cid: string): Promise<void> {
    const files = await openFileStore(name)
    const local = `blocks/${cid.slice(-2)}/${cid}`
    const bytes = await files.read(local)
    await files.replace(local, bytes.slice(0, bytes.length / 2))
  },

  /** How much of the file is written down as being here. */
  async rememberedBytes(): Promise<number> {
    const files = await openFileStore('lumos-models')
    const local = `.content/models/${modelId}.json`
    if ((await files.size(local)) === undefined) return 0
    const record = JSON.parse(new TextDecoder().decode(await files.read(local)))
    const chunks: { sizeBytes: number }[] = record.files[path].chunks
    return chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0)
  },

  /** SHA-256 of the file, in hex, read through the model store. */
  async readModel(baseUrl: string): Promise<string> {
    const store = await openModelStore({ hub: { baseUrl } })
    const bytes = (await (await store.open(modelId))?.read(path)) ?? new Uint8Array()
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    return Array.from(hash, byte => byte.toString(16).padStart(2, '0')).join('')
  },
}

export type OpfsCalls = typeof calls
Object.assign(globalThis, { calls })
