import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelId } from '../../../src/contracts/index.ts'
import type { ModelFolder, ModelShelf } from '../../../src/engines/model-folders/index.ts'
import { hubShelf } from '../../../src/presets/open-model-store.ts'
import { HubServer } from './hub-server.ts'

const modelId = 'owner/name' as ModelId
const weightsPath = 'onnx/model_int8.onnx'
const weights = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251)
const config = new TextEncoder().encode('{"max_position_embeddings": 64}')

let cacheDirectory: string
let server: HubServer

beforeEach(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'lumos-hub-'))
  server = await HubServer.start({ 'config.json': config, [weightsPath]: weights })
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await rm(cacheDirectory, { recursive: true })
})

function shelf(options: { token?: string } = {}): ModelShelf {
  return hubShelf({ baseUrl: server.baseUrl, cacheDirectory, models: [], ...options })
}

async function openFolder(): Promise<ModelFolder> {
  const folder = await shelf().open(modelId)
  if (folder === undefined) throw new Error('the shelf does not know the model')
  return folder
}

const content = () => join(cacheDirectory, '.content')
const recordPath = () => join(content(), 'models', `${modelId}.json`)

/** Paths of the blocks here, largest first. */
async function blocks(): Promise<string[]> {
  const names = await readdir(join(content(), 'blocks'), { recursive: true, withFileTypes: true })
  const paths = names.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const sizes = await Promise.all(paths.map(async path => ({ path, size: (await stat(path)).size })))
  return sizes.sort((a, b) => b.size - a.size).map(({ path }) => path)
}

describe('a download', () => {
  it('brings the file, counts every byte once, and knows the licence', async () => {
    const folder = await openFolder()
    expect(folder.card).toMatchObject({ modelId, license: 'mit' })
    expect(await folder.stat(weightsPath)).toEqual({ sizeBytes: weights.length })
    expect(await folder.stat('onnx/model_q4.onnx')).toBeUndefined()
    let counted = 0
    const bytes = await folder.read(weightsPath, { onBytes: count => (counted += count) })
    expect(Buffer.compare(bytes, weights)).toBe(0)
    expect(counted).toBe(weights.length)
  })

  it('is done once: afterwards no network is needed', async () => {
    await (await openFolder()).read(weightsPath)
    await server[Symbol.asyncDispose]()
    expect(Buffer.compare(await (await openFolder()).read(weightsPath), weights)).toBe(0)
  })

  it('goes on where a broken connection left it', async () => {
    let breakOff = () => {}
    server.fault = (response, { range }, content) => {
      if (range !== undefined) return false
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 100_000))
      breakOff = () => response.destroy()
      return true
    }
    let counted = 0
    const onBytes = (count: number) => {
      counted += count
      if (count > 0) breakOff()
    }
    const bytes = await (await openFolder()).read(weightsPath, { onBytes })
    expect(Buffer.compare(bytes, weights)).toBe(0)
    expect(server.requests.at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/)
    expect(counted).toBe(weights.length)
  })

  it('goes on in another process after an abort', async () => {
    const controller = new AbortController()
    const reason = new Error('tab closed')
    server.fault = (response, _, content) => {
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 100_000))
      return true
    }
    const read = (await openFolder()).read(weightsPath, {
      signal: controller.signal,
      onBytes: count => count > 0 && controller.abort(reason),
    })
    await expect(read).rejects.toBe(reason)
    expect(await blocks()).toHaveLength(1)
    server.fault = () => false
    expect(Buffer.compare(await (await openFolder()).read(weightsPath), weights)).toBe(0)
    expect(server.requests.at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/)
  })

  it('starts over from a server that ignores ranges', async () => {
    let attempts = 0
    server.fault = (response, _, content) => {
      response.writeHead(200, { 'content-length': content.length })
      if (attempts++ === 0) response.write(content.subarray(0, 100_000), () => response.destroy())
      else response.end(content)
      return true
    }
    expect(Buffer.compare(await (await openFolder()).read(weightsPath), weights)).toBe(0)
  })

  it('gives up, to be asked again, when no attempt brings anything', async () => {
    server.fault = response => {
      response.destroy()
      return true
    }
    const failure = expect((await openFolder()).read(weightsPath)).rejects
    await failure.toMatchObject({ code: 'model-unavailable', retryable: true })
  })
})

describe('damage', () => {
  const refused = async (path: string) => {
    const failure = await (await openFolder()).read(path).catch(error => error)
    expect(failure).toMatchObject({ code: 'model-unavailable' })
    const record = JSON.parse(await readFile(recordPath(), 'utf8'))
    expect(record.files[path]).toMatchObject({ state: 'absent', chunks: [] })
  }

  it.each([[weightsPath], ['config.json']])(
    'of %s is found by its hash, and the file is thrown away',
    async path => {
      server.fault = (response, _, content) => {
        const changed = Buffer.from(content)
        changed[7] = (changed[7] ?? 0) ^ 1
        response.end(changed)
        return true
      }
      await refused(path)
      server.fault = () => false
      expect((await (await openFolder()).read(path)).length).toBeGreaterThan(0)
    },
  )

  it('is noticed when the server sends more than it said', async () => {
    server.fault = (response, _, content) => {
      response.end(Buffer.concat([content, content]))
      return true
    }
    await expect((await openFolder()).read(weightsPath)).rejects.toMatchObject({ code: 'model-unavailable' })
  })

  it.each([
    ['torn', (bytes: Buffer) => bytes.subarray(0, 1000)],
    ['changed in one bit', (bytes: Buffer) => bytes.with(7, (bytes[7] ?? 0) ^ 1)],
  ])('of a block here, %s, is noticed, and just that block is fetched again', async (_, damage) => {
    await (await openFolder()).read(weightsPath)
    const [path = ''] = await blocks()
    await writeFile(path, damage(await readFile(path)))
    server.requests.length = 0
    expect(Buffer.compare(await (await openFolder()).read(weightsPath), weights)).toBe(0)
    expect(server.requests.map(({ range }) => range)).toEqual([`bytes=0-${weights.length - 1}`])
    expect(Buffer.compare(await readFile(path), weights)).toBe(0)
  })

  it('of a block here is told when nobody has it any more', async () => {
    await (await openFolder()).read(weightsPath)
    const [path = ''] = await blocks()
    await rm(path)
    await server[Symbol.asyncDispose]()
    const failure = expect((await openFolder()).read(weightsPath)).rejects
    await failure.toMatchObject({ code: 'model-unavailable', retryable: true })
  })

  it('of the record costs one question, and what comes again is kept once', async () => {
    await (await openFolder()).read(weightsPath)
    await writeFile(recordPath(), '{"commit": "ab')
    expect(Buffer.compare(await (await openFolder()).read(weightsPath), weights)).toBe(0)
    expect(await blocks()).toHaveLength(1)
  })
})

describe('the hub', () => {
  it('has no such model: not-found', async () => {
    await expect(shelf().open('owner/other' as ModelId)).rejects.toMatchObject({ code: 'not-found' })
  })

  it.each(['name', '../../etc/passwd', 'a/b/c', '.hidden/x', 'owner/..', 'owner/na me', ''])(
    'is not asked for "%s"',
    async id => {
      expect(await shelf().open(id as ModelId)).toBeUndefined()
      expect(server.requests).toEqual([])
    },
  )

  it('gets the token', async () => {
    await shelf({ token: 'hf_secret' }).open(modelId)
    expect(server.requests[0]?.authorization).toBe('Bearer hf_secret')
  })

  it('may lie about files without harm', async () => {
    server.said['config.json'] = { rfilename: '../../config.json', size: 1 }
    server.said[weightsPath] = { rfilename: '__proto__', size: 1 }
    const folder = await openFolder()
    expect(await folder.stat('../../config.json')).toBeUndefined()
    expect(await folder.stat('__proto__')).toBeUndefined()
    expect(await folder.stat('toString')).toBeUndefined()
  })

  it('is not asked for a model somebody put into the cache', async () => {
    await mkdir(join(cacheDirectory, modelId), { recursive: true })
    await writeFile(join(cacheDirectory, modelId, 'config.json'), config)
    await server[Symbol.asyncDispose]()
    const folder = await openFolder()
    expect(folder.card.isLocal).toBe(true)
    expect(Buffer.compare(await folder.read('config.json'), config)).toBe(0)
  })
})
