import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelId } from '../../../src/contracts/index.ts'
import { hubShelf, type ModelFolder, type ModelShelf } from '../../../src/engines/model-folders/index.ts'
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

const here = () => readFile(join(cacheDirectory, modelId, weightsPath))

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
    expect((await here()).length).toBeGreaterThan(0)
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
    expect(await readdir(join(cacheDirectory, modelId), { recursive: true })).not.toContain(path)
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

  it('of the copy here is noticed by its size, and the file is fetched again', async () => {
    await (await openFolder()).read(weightsPath)
    await writeFile(join(cacheDirectory, modelId, weightsPath), weights.subarray(0, 1000))
    expect(Buffer.compare(await (await openFolder()).read(weightsPath), weights)).toBe(0)
  })

  it('of the record costs one question, not the download', async () => {
    await (await openFolder()).read(weightsPath)
    await writeFile(join(cacheDirectory, modelId, 'lumos-download.json'), '{"commit": "ab')
    expect(Buffer.compare(await (await openFolder()).read(weightsPath), weights)).toBe(0)
    expect(server.downloads).toEqual([weightsPath])
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
    await (await openFolder()).read('config.json')
    await rm(join(cacheDirectory, modelId, 'lumos-download.json'))
    await server[Symbol.asyncDispose]()
    const folder = await openFolder()
    expect(folder.card.isLocal).toBe(true)
    expect(Buffer.compare(await folder.read('config.json'), config)).toBe(0)
  })
})
