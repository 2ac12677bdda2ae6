import * as dagPb from '@ipld/dag-pb'
import { type AbortOptions, type ContentId, LumosError, maxBlockBytes } from '../contracts/index.ts'
import { codecOf, contentIdOf, parseContentId, toContentId } from './content-id.ts'
import { type Chunk, isSafePath } from './file-chunks.ts'
import { decodeUnixFsData, encodeUnixFsData, type UnixFsData } from './unixfs-data.ts'

/** A file of this many chunks has a node of about 0.8 MB. */
const maxChunksPerFile = 16_384
const limits = { entries: 8192, nodes: 1024, depth: 8 }

export interface FolderDag {
  root: ContentId
  /** The nodes that name others, by id. The chunks are not among them. */
  nodes: Map<ContentId, Uint8Array>
}

interface Entry {
  cid: ContentId
  /** Of it and all below. */
  totalBytes: number
}

/**
 * A folder as a UnixFS DAG: chunks are raw leaves, a file of one chunk is that leaf, folders are plain. IPFS nodes and
 * gateways read it as it is.
 *
 * @param files - chunks by path
 * @throws {LumosError} `too-large`
 */
export async function encodeFolder(files: ReadonlyMap<string, readonly Chunk[]>): Promise<FolderDag> {
  const nodes: FolderDag['nodes'] = new Map()
  const root = await encodeDirectory(files, nodes)
  return { root: root.cid, nodes }
}

async function encodeDirectory(
  files: ReadonlyMap<string, readonly Chunk[]>,
  nodes: FolderDag['nodes'],
): Promise<Entry> {
  const entries = new Map<string, Entry>()
  const folders = new Map<string, Map<string, readonly Chunk[]>>()
  for (const [path, chunks] of files) {
    const [name = '', ...rest] = path.split('/')
    if (rest.length === 0) {
      entries.set(name, await encodeFile(chunks, nodes))
      continue
    }
    const folder = folders.get(name) ?? new Map<string, readonly Chunk[]>()
    folders.set(name, folder.set(rest.join('/'), chunks))
  }
  for (const [name, folder] of folders) entries.set(name, await encodeDirectory(folder, nodes))
  return encodeNode({ type: 'directory' }, [...entries], nodes)
}

async function encodeFile(chunks: readonly Chunk[], nodes: FolderDag['nodes']): Promise<Entry> {
  const [first] = chunks
  if (first !== undefined && chunks.length === 1) return { cid: first.cid, totalBytes: first.sizeBytes }
  if (chunks.length > maxChunksPerFile) {
    throw new LumosError('too-large', `A file may have ${maxChunksPerFile} chunks at most`)
  }
  const blockSizes = chunks.map(chunk => chunk.sizeBytes)
  const sizeBytes = blockSizes.reduce((sum, size) => sum + size, 0)
  const links = chunks.map((chunk): [string, Entry] => ['', { cid: chunk.cid, totalBytes: chunk.sizeBytes }])
  return encodeNode({ type: 'file', sizeBytes, blockSizes }, links, nodes)
}

async function encodeNode(
  data: UnixFsData,
  entries: [string, Entry][],
  nodes: FolderDag['nodes'],
): Promise<Entry> {
  const links = entries.map(([name, { cid, totalBytes }]) =>
    dagPb.createLink(name, totalBytes, parseContentId(cid)),
  )
  const bytes = dagPb.encode(dagPb.prepare({ Data: encodeUnixFsData(data), Links: links }))
  const cid = await contentIdOf(bytes, 'dag-pb')
  nodes.set(cid, bytes)
  return { cid, totalBytes: entries.reduce((sum, [, entry]) => sum + entry.totalBytes, bytes.length) }
}

/** Resolves to the bytes of a node, checked against its id. */
export type FetchNode = (cid: ContentId, options?: AbortOptions) => Promise<Uint8Array>

/**
 * Chunks by path. Every size is what the folder claims: who fetches a chunk holds it to that.
 *
 * @throws {LumosError} `malformed-frame`, `too-large`, and what `fetchNode` throws
 */
export async function decodeFolder(
  root: ContentId,
  fetchNode: FetchNode,
  options?: AbortOptions,
): Promise<Map<string, Chunk[]>> {
  const files = new Map<string, Chunk[]>()
  let entryCount = 0
  let nodeCount = 0
  const visit = async (cid: ContentId, path: string, totalBytes: number): Promise<void> => {
    options?.signal?.throwIfAborted()
    if (++entryCount > limits.entries || path.split('/').length > limits.depth) throw tooLarge()
    if (codecOf(cid) === 'raw') {
      files.set(path, [chunkOf(cid, totalBytes)])
      return
    }
    if (++nodeCount > limits.nodes) throw tooLarge()
    const { data, links } = decodeNode(await fetchNode(cid, options))
    if (data.type === 'file') files.set(path, chunksOf(data.blockSizes, links))
    else for (const link of links) await visit(link.cid, join(path, link.name), link.totalBytes)
  }
  if (codecOf(root) === 'raw') throw malformed('a model is a folder')
  await visit(root, '', 0)
  if (files.has('')) throw malformed('a model is a folder')
  return files
}

interface NodeLink {
  cid: ContentId
  name: string
  totalBytes: number
}

function decodeNode(bytes: Uint8Array): { data: UnixFsData; links: NodeLink[] } {
  let node: dagPb.PBNode
  try {
    node = dagPb.decode(bytes)
  } catch (cause) {
    throw new LumosError('malformed-frame', 'A node of the folder is no DAG-PB', { cause })
  }
  const data = decodeUnixFsData(node.Data ?? new Uint8Array())
  const links = node.Links.map(({ Hash, Name = '', Tsize = 0 }) => {
    const cid = toContentId(Hash)
    parseContentId(cid)
    return { cid, name: Name, totalBytes: Tsize }
  })
  if (data.type === 'directory' && new Set(links.map(({ name }) => name)).size !== links.length) {
    throw malformed('two files have one name')
  }
  return { data, links }
}

function chunksOf(blockSizes: number[], links: NodeLink[]): Chunk[] {
  if (links.length > maxChunksPerFile) throw tooLarge()
  if (links.length !== blockSizes.length) throw malformed('a file has other blocks than sizes')
  return links.map((link, index) => {
    if (codecOf(link.cid) !== 'raw') throw malformed('a chunk is not of plain bytes')
    return chunkOf(link.cid, blockSizes[index] as number)
  })
}

function chunkOf(cid: ContentId, sizeBytes: number): Chunk {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > maxBlockBytes) throw tooLarge()
  return { cid, sizeBytes }
}

function join(path: string, name: string): string {
  const joined = path === '' ? name : `${path}/${name}`
  if (name.includes('/') || !isSafePath(joined)) throw malformed('a file has a name that is not allowed')
  return joined
}

function malformed(reason: string): LumosError {
  return new LumosError('malformed-frame', `The folder is not one of a model: ${reason}`)
}

function tooLarge(): LumosError {
  return new LumosError('too-large', 'The folder has more or larger parts than a model may have')
}
