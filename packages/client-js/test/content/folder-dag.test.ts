import * as dagPb from '@ipld/dag-pb'
import { exporter } from 'ipfs-unixfs-exporter'
import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import { contentIdOf } from '../../src/content/content-id.ts'
import type { Chunk } from '../../src/content/file-chunks.ts'
import { decodeFolder, encodeFolder, type FolderDag } from '../../src/content/folder-dag.ts'
import { encodeUnixFsData } from '../../src/content/unixfs-data.ts'
import { type ContentId, isLumosError } from '../../src/contracts/index.ts'
import { byteMutations } from '../fuzz/mutate-bytes.ts'
import { SeededRandom } from '../fuzz/seeded-random.ts'

const blocks = new Map<string, Uint8Array>()

async function chunk(text: string): Promise<Chunk> {
  const bytes = Buffer.from(text)
  const cid = await contentIdOf(bytes, 'raw')
  blocks.set(cid, bytes)
  return { cid, sizeBytes: bytes.length }
}

const files = new Map([
  ['config.json', [await chunk('{}')]],
  ['onnx/model.onnx', [await chunk('first '), await chunk('second '), await chunk('first ')]],
  ['onnx/model_q4.onnx', [await chunk('another')]],
  ['onnx/deep/er/file.bin', [await chunk('deep')]],
])
const folder = await encodeFolder(files)

const nodeOf =
  ({ nodes }: FolderDag) =>
  async (cid: ContentId) =>
    nodes.get(cid) ?? new Uint8Array([0xff])

describe('a folder of chunks', () => {
  it('is read back as it was, and is named the same whatever the order', async () => {
    const decoded = await decodeFolder(folder.root, nodeOf(folder))
    expect(new Map([...decoded].sort())).toEqual(new Map([...files].sort()))
    expect((await encodeFolder(new Map([...files].reverse()))).root).toBe(folder.root)
  })

  it('is a UnixFS folder to the reader of Helia', async () => {
    const blockstore = {
      async *get(cid: CID) {
        const bytes = folder.nodes.get(cid.toString() as ContentId) ?? blocks.get(cid.toString())
        if (bytes === undefined) throw new Error(`no block ${cid}`)
        yield bytes
      },
    }
    for (const [path, chunks] of files) {
      const entry = await exporter(`${folder.root}/${path}`, blockstore)
      if (!('content' in entry)) throw new Error(`${path} is no file`)
      const pieces: Uint8Array[] = []
      for await (const piece of entry.content()) pieces.push(piece)
      const expected = chunks.map(({ cid }) => blocks.get(cid) as Uint8Array)
      expect(Buffer.concat(pieces).toString()).toBe(Buffer.concat(expected).toString())
      expect(entry.size).toBe(BigInt(Buffer.concat(expected).length))
    }
  })

  it('has the ids that other implementations give the same bytes', async () => {
    // The empty folder of Kubo, and sha256sum and base32 of "hello world".
    expect((await encodeFolder(new Map())).root).toBe(
      'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354',
    )
    expect(await contentIdOf(Buffer.from('hello world'), 'raw')).toBe(
      'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e',
    )
  })
})

describe('a hostile folder', () => {
  const leaf = files.get('config.json')?.[0]?.cid as ContentId

  async function folderOf(names: string[], target: ContentId = leaf, sizeBytes = 2): Promise<FolderDag> {
    const links = names.map(name => dagPb.createLink(name, sizeBytes, CID.parse(target)))
    const bytes = dagPb.encode(dagPb.prepare({ Data: encodeUnixFsData({ type: 'directory' }), Links: links }))
    const root = await contentIdOf(bytes, 'dag-pb')
    return { root, nodes: new Map([[root, bytes]]) }
  }

  const refused = async ({ root, nodes }: FolderDag, code: string) => {
    await expect(decodeFolder(root, nodeOf({ root, nodes }))).rejects.toMatchObject({ code })
  }

  it.each(['..', '../x', 'a/b', '.hidden', '', '__proto__', 'a\\b', 'a b', 'ü', 'x'.repeat(600)])(
    'cannot name a file "%s"',
    async name => refused(await folderOf([name]), 'malformed-frame'),
  )

  it('cannot name two files the same', async () => {
    await refused(await folderOf(['a', 'a']), 'malformed-frame')
  })

  it.each([-1, 2 ** 21 + 1, Number.MAX_SAFE_INTEGER])('cannot claim a block of %d bytes', async sizeBytes => {
    if (sizeBytes < 0) {
      const chunks = [
        { cid: leaf, sizeBytes: 2 ** 21 + 1 },
        { cid: leaf, sizeBytes: 1 },
      ]
      return refused(await encodeFolder(new Map([['a', chunks]])), 'too-large')
    }
    return refused(await folderOf(['a'], leaf, sizeBytes), 'too-large')
  })

  it('cannot be a file, nor endlessly deep, nor endlessly wide', async () => {
    await expect(decodeFolder(leaf, nodeOf(folder))).rejects.toMatchObject({ code: 'malformed-frame' })
    let deep = await folderOf(['a'])
    for (let depth = 0; depth < 12; depth++) {
      const above = await folderOf(['a'], deep.root)
      deep = { root: above.root, nodes: new Map([...deep.nodes, ...above.nodes]) }
    }
    await refused(deep, 'too-large')
    await refused(await folderOf(Array.from({ length: 9000 }, (_, index) => `file-${index}`)), 'too-large')
    // Sixteen folders, each of which names the next one sixteen times: 16 ** 6 entries of seven nodes.
    let wide = await folderOf(Array.from({ length: 16 }, (_, index) => `f${index}`))
    for (let depth = 0; depth < 5; depth++) {
      const above = await folderOf(
        Array.from({ length: 16 }, (_, index) => `f${index}`),
        wide.root,
      )
      wide = { root: above.root, nodes: new Map([...wide.nodes, ...above.nodes]) }
    }
    await refused(wide, 'too-large')
  })

  it('is refused with one of our codes, or read as safe files, in 3,000 mutations', async () => {
    const random = new SeededRandom(20_261_124)
    const mutations = Object.values(byteMutations)
    const outcomes: Record<string, number> = {}
    for (let turn = 0; turn < 3000; turn++) {
      const victim = random.below(folder.nodes.size)
      let index = 0
      // Mutated bytes have another id: this reader is handed what the id of the whole node stands for.
      const fetchNode = async (cid: ContentId) => {
        const bytes = folder.nodes.get(cid) ?? new Uint8Array()
        return index++ === victim ? random.pick(mutations)(bytes, random) : bytes
      }
      const outcome = await decodeFolder(folder.root, fetchNode).then(
        read => [...read.keys()].every(path => /^[\w.-]+(\/[\w.-]+)*$/.test(path)) && 'read',
        error => isLumosError(error) && error.code,
      )
      expect(outcome, `turn ${turn}`).not.toBe(false)
      outcomes[String(outcome)] = (outcomes[String(outcome)] ?? 0) + 1
    }
    expect(outcomes['malformed-frame']).toBeGreaterThan(500)
  })
})
