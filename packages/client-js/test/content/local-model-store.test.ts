import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFileStore } from '#platform'
import { HubClient, LocalModelStore, Mirror } from '../../src/content/index.ts'
import type { LocalModelStoreOptions } from '../../src/content/local-model-store.ts'
import type { ModelFiles, ModelId, TransferProgress } from '../../src/contracts/index.ts'
import { HubServer } from '../engines/model-folders/hub-server.ts'
import { SeededRandom } from '../fuzz/seeded-random.ts'
import { CrashingFileStore, type CrashOptions } from './crashing-file-store.ts'
import { MirrorServer } from './mirror-server.ts'
import { noise, onnxBytes } from './onnx-bytes.ts'

const modelId = 'owner/name' as ModelId
const weightsPath = 'onnx/model.onnx'
const config = Buffer.from('{"max_position_embeddings": 64}')
const random = new SeededRandom(20_261_124)
const tensors = Array.from({ length: 20 }, () => noise(200_000, random))
const weights = onnxBytes(tensors)

let stack: AsyncDisposableStack
let directory: string
beforeEach(async () => {
  stack = new AsyncDisposableStack()
  directory = await mkdtemp(join(tmpdir(), 'lumos-store-'))
})
afterEach(async () => {
  await stack.disposeAsync()
  await rm(directory, { recursive: true })
})

async function openHub(
  files: Record<string, Uint8Array> = { 'config.json': config, [weightsPath]: weights },
) {
  const server = await HubServer.start(files)
  return {
    server,
    hub: new HubClient({ baseUrl: server.baseUrl }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function openStore(name: string, options: Partial<LocalModelStoreOptions> = {}) {
  const files = await openFileStore(join(directory, name))
  return new LocalModelStore({ files, mirrors: [], ...options })
}

async function opened(store: LocalModelStore, id: ModelId = modelId): Promise<ModelFiles> {
  const files = await store.open(id)
  if (files === undefined) throw new Error(`the store does not know ${id}`)
  return files
}

const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

/** A store that holds `bytes` as the weights of the model, and a mirror that serves it. */
async function openMirror(name: string, bytes: Uint8Array, revision = 'abc123') {
  await using source = await openHub({ 'config.json': config, [weightsPath]: bytes })
  source.server.commit = revision
  const store = await openStore(name, { hub: source.hub })
  for (const path of ['config.json', weightsPath]) await (await opened(store)).read(path)
  return stack.use(await MirrorServer.start(store.shared))
}

const mirrorOf = (server: MirrorServer) => [new Mirror({ baseUrl: server.baseUrl })]

describe('what is stored', () => {
  it('is listed with its size, pinned, and removed with its blocks', async () => {
    await using source = await openHub()
    const store = await openStore('a', { hub: source.hub })
    expect(await store.list()).toEqual([])
    await (await opened(store)).read(weightsPath)
    const [model] = await store.list()
    expect(model).toMatchObject({ modelId, license: 'mit', revision: 'abc123', isPinned: false })
    expect(model).toMatchObject({
      files: [{ path: weightsPath, sizeBytes: weights.length }],
      sizeBytes: weights.length,
    })
    expect(model?.cid).toMatch(/^bafybei/)
    expect(await store.usage()).toEqual({ usedBytes: weights.length })
    await store.pin(modelId, true)
    expect(await store.list()).toMatchObject([{ isPinned: true, cid: model?.cid }])
    await store.remove(modelId)
    await store.remove(modelId)
    expect(await store.list()).toEqual([])
    expect(await store.usage()).toEqual({ usedBytes: 0 })
    await expect(store.pin(modelId, true)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is kept once for models that share it', async () => {
    await using source = await openHub({ [weightsPath]: weights, 'onnx/copy.onnx': weights })
    const store = await openStore('a', { hub: source.hub })
    await (await opened(store)).read(weightsPath)
    await (await opened(store)).read('onnx/copy.onnx')
    expect((await store.list())[0]?.sizeBytes).toBe(2 * weights.length)
    expect((await store.usage()).usedBytes).toBe(weights.length)
  })

  it('of an earlier version is taken over, whole files and half ones', async () => {
    await using source = await openHub()
    const description = await source.hub.describe(modelId)
    const old = join(directory, 'a', modelId)
    await mkdir(join(old, 'onnx'), { recursive: true })
    await writeFile(join(old, 'config.json'), config)
    await writeFile(join(old, weightsPath), weights.subarray(0, 1_000_000))
    const { revision: commit, files } = description
    const record = { commit, files, license: 'mit', complete: ['config.json'] }
    await writeFile(join(old, 'lumos-download.json'), JSON.stringify(record))
    const store = await openStore('a', { hub: source.hub })
    expect(await store.list()).toMatchObject([{ modelId, files: [{ path: 'config.json' }] }])
    expect(await readdir(join(directory, 'a', 'owner'))).toEqual([])
    source.server.requests.length = 0
    expect(isSame(await (await opened(store)).read(weightsPath), weights)).toBe(true)
    expect(source.server.requests.map(({ range }) => range)).toEqual(['bytes=1000000-'])
  })
})

describe('a mirror', () => {
  it('gives a model without the hub, block by block, with progress', async () => {
    const server = await openMirror('a', weights)
    const store = await openStore('b', { mirrors: mirrorOf(server) })
    let counted = 0
    const bytes = await (await opened(store)).read(weightsPath, { onBytes: count => (counted += count) })
    expect(isSame(bytes, weights)).toBe(true)
    expect(counted).toBe(weights.length)
    expect(server.served.length).toBeGreaterThan(4)
    expect((await store.list())[0]?.files.map(({ path }) => path)).toEqual([weightsPath])
  })

  it('that lies about blocks is left, and the hub asked for these ranges', async () => {
    const server = await openMirror('a', weights)
    await using source = await openHub()
    server.spoil = bytes => (bytes.length > 10_000 ? bytes.with(9, (bytes[9] ?? 0) ^ 1) : bytes)
    const store = await openStore('b', { hub: source.hub, mirrors: mirrorOf(server) })
    expect(isSame(await (await opened(store)).read(weightsPath), weights)).toBe(true)
    expect(source.server.requests.some(({ range }) => /^bytes=\d+-\d+$/.test(range ?? ''))).toBe(true)
  })

  it('that has other weights under the same revision is not believed against the hub', async () => {
    const forged = onnxBytes(tensors.with(3, noise(200_000, random)))
    const server = await openMirror('a', forged)
    await using source = await openHub()
    const store = await openStore('b', { hub: source.hub, mirrors: mirrorOf(server) })
    expect(isSame(await (await opened(store)).read(weightsPath), weights)).toBe(true)
  })

  it('that is gone, or has nothing of the kind, is an error that says so', async () => {
    const server = await openMirror('a', weights)
    const store = await openStore('b', { mirrors: mirrorOf(server) })
    await expect(store.open('owner/other' as ModelId)).rejects.toMatchObject({ code: 'not-found' })
    await server[Symbol.asyncDispose]()
    const failure = { code: 'model-unavailable', retryable: true }
    await expect(store.open(modelId)).rejects.toMatchObject(failure)
  })
})

describe('an update', () => {
  it('moves the blocks that changed, and keeps the old revision until they came', async () => {
    const changed = onnxBytes(tensors.with(7, noise(200_000, random)))
    const server = await openMirror('old', weights)
    const store = await openStore('mine', { mirrors: mirrorOf(server) })
    await (await opened(store)).read(weightsPath)
    await store.pin(modelId, true)
    const newer = await openMirror('new', changed, 'def456')
    const next = await openStore('mine', { mirrors: mirrorOf(newer) })
    newer.spoil = bytes => (bytes.length > 10_000 ? undefined : bytes)
    await expect(next.update(modelId)).rejects.toMatchObject({ code: 'model-unavailable' })
    expect(isSame(await (await opened(next)).read(weightsPath), weights)).toBe(true)
    newer.spoil = bytes => bytes
    const reports: TransferProgress[] = []
    const update = await next.update(modelId, { onProgress: progress => reports.push(progress) })
    expect(update).toMatchObject({ isChanged: true, totalBytes: weights.length })
    // The tensor, and the headers before the next one.
    expect(update.movedBytes).toBe(200_008)
    expect(reports.at(-1)).toMatchObject({ loadedBytes: weights.length, totalBytes: weights.length })
    expect(isSame(await (await opened(next)).read(weightsPath), changed)).toBe(true)
    expect(await next.list()).toMatchObject([{ revision: 'def456', isPinned: true }])
    expect((await next.usage()).usedBytes).toBe(changed.length)
    expect(await next.update(modelId)).toMatchObject({ isChanged: false, movedBytes: 0 })
  })
})

describe('a quota', () => {
  const models = ['owner/a', 'owner/b', 'owner/c'] as ModelId[]
  const weightsOf = new Map(models.map(id => [id, noise(300_000, random)]))

  async function fill(quotaBytes: number) {
    const sources = await Promise.all(
      models.map(async id =>
        stack.use(await HubServer.start({ [weightsPath]: weightsOf.get(id) as Uint8Array }, id)),
      ),
    )
    const open = (index: number) =>
      openStore('a', { hub: new HubClient({ baseUrl: (sources[index] as HubServer).baseUrl }), quotaBytes })
    const read = async (index: number) => (await opened(await open(index), models[index])).read(weightsPath)
    /** As if the model had been used at that minute. */
    const age = async (index: number, minute: number) => {
      const path = join(directory, 'a', '.content', 'models', `${models[index]}.json`)
      const record = JSON.parse(await readFile(path, 'utf8'))
      await writeFile(path, JSON.stringify({ ...record, usedAt: new Date(minute * 60_000).toISOString() }))
    }
    const names = async () => (await (await open(0)).list()).map(model => model.modelId).sort()
    return { open, read, age, names }
  }

  it('makes the model go that was not used for longest', async () => {
    const { read, age, names } = await fill(700_000)
    await read(0)
    await read(1)
    await age(0, 20)
    await age(1, 10)
    await read(2)
    expect(await names()).toEqual([models[0], models[2]])
  })

  it('never makes a pinned one go, and says when there is no room', async () => {
    const { open, read, age, names } = await fill(700_000)
    await read(0)
    await read(1)
    await age(0, 10)
    await age(1, 20)
    await (await open(0)).pin(models[0] as ModelId, true)
    await read(2)
    expect(await names()).toEqual([models[0], models[2]])
    await (await open(0)).pin(models[2] as ModelId, true)
    const refusal = { code: 'model-unavailable', details: { reason: 'no-room' } }
    await expect(read(1)).rejects.toMatchObject(refusal)
    expect(await names()).toEqual([models[0], models[2]])
  })

  it('never makes one go that is being fetched: the other is refused', async () => {
    const { read } = await fill(1_000_000)
    for (const index of models.keys()) await read(index)
    const server = stack.use(await MirrorServer.start((await openStore('a')).shared))
    const store = await openStore('b', { mirrors: mirrorOf(server), quotaBytes: 400_000 })
    const [first, second] = [await opened(store, models[0]), await opened(store, models[1])]
    const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    server.spoil = async bytes => {
      asked.resolve()
      await answer.promise
      return bytes
    }
    const reading = first.read(weightsPath)
    await asked.promise
    const refusal = { code: 'model-unavailable', details: { reason: 'no-room' } }
    await expect(second.read(weightsPath)).rejects.toMatchObject(refusal)
    answer.resolve()
    expect(isSame(await reading, weightsOf.get(models[0] as ModelId) as Uint8Array)).toBe(true)
    await second.read(weightsPath)
    expect((await store.list()).map(model => model.modelId)).toEqual([models[1]])
  })
})

describe('a process that is killed', () => {
  const plain = { 'config.json': config, [weightsPath]: onnxBytes(tensors.slice(0, 4)) }

  /** Reads all, updates nothing, then removes: what a life of a store writes. */
  async function live(store: LocalModelStore): Promise<void> {
    const files = await opened(store)
    for (const path of Object.keys(plain)) await files.read(path)
    await store.pin(modelId, true)
  }

  it.each(['lost', 'torn', 'kept'] as const)(
    'at any write, which is %s, leaves nothing half that is read',
    async lastWrite => {
      await using source = await openHub(plain)
      let crashes = 0
      for (let crashAtWrite = 1; ; crashAtWrite++) {
        const name = `${lastWrite}-${crashAtWrite}`
        if (!(await liveUntilCrash(name, source.hub, { crashAtWrite, lastWrite }))) break
        crashes++
        const next = await openStore(name, { hub: source.hub })
        for (const { path, sizeBytes } of (await next.list())[0]?.files ?? []) {
          expect(sizeBytes).toBe((plain as Record<string, Uint8Array>)[path]?.length)
        }
        for (const [path, bytes] of Object.entries(plain)) {
          expect(isSame(await (await opened(next)).read(path), bytes), `${name}: ${path}`).toBe(true)
        }
      }
      expect(crashes).toBeGreaterThan(7)
    },
    60_000,
  )

  /** False when it lived to the end. */
  async function liveUntilCrash(name: string, hub: HubClient, options: CrashOptions): Promise<boolean> {
    const files = new CrashingFileStore(await openFileStore(join(directory, name)), options)
    const store = new LocalModelStore({ files, hub, mirrors: [] })
    return Promise.race([files.crashed.then(() => true), live(store).then(() => false)])
  }
})
