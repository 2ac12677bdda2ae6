import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelId } from '../../../src/contracts/index.ts'
import { directoryShelf, embeddedShelf } from '../../../src/engines/model-folders/index.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lumos-shelf-'))
})

afterEach(() => rm(directory, { recursive: true }))

async function place(path: string, files: Record<string, string>): Promise<void> {
  await mkdir(join(directory, path), { recursive: true })
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, path, name), content)
}

describe('a directory of models', () => {
  it('lists names and owners with names, and what their files say', async () => {
    await place('plain', { 'config.json': '{"max_position_embeddings": 99}' })
    await place('owner/tooled', { 'config.json': '{}', 'chat_template.jinja': '{% if tools %}x{% endif %}' })
    await place('owner/unfinished', { 'config.json': '{}', 'lumos-download.json': '{}' })
    await place('empty', {})
    await place('odd name', { 'config.json': '{}' })
    const cards = await directoryShelf(directory).list()
    expect(cards).toEqual([
      { modelId: 'owner/tooled', name: 'owner/tooled', isLocal: true, supportsTools: true },
      { modelId: 'plain', name: 'plain', isLocal: true, supportsTools: false, contextLength: 99 },
    ])
  })

  it('is one model when it holds the files itself', async () => {
    await place('solo', { 'config.json': '{}' })
    const shelf = directoryShelf(join(directory, 'solo'))
    expect(await shelf.list()).toMatchObject([{ modelId: 'solo' }])
    const folder = await shelf.open('solo' as ModelId)
    expect(new TextDecoder().decode(await folder?.read('config.json'))).toBe('{}')
    expect(await folder?.stat('nothing')).toBeUndefined()
  })

  it('keeps a broken model from hiding the others', async () => {
    await place('broken', { 'config.json': '{{{' })
    await place('fine', { 'config.json': '{}' })
    expect((await directoryShelf(directory).list()).map(card => card.modelId)).toEqual(['broken', 'fine'])
  })

  it('is empty where there is no directory', async () => {
    expect(await directoryShelf(join(directory, 'nowhere')).list()).toEqual([])
  })
})

describe('the embedded model behind a URL', () => {
  let server: Server
  afterEach(() => server.close())

  it('reads files, and takes the page an app server sends for a missing file as missing', async () => {
    server = createServer((request, response) => {
      if (request.url === '/nano/config.json')
        response.setHeader('content-type', 'application/json').end('{}')
      else response.setHeader('content-type', 'text/html; charset=utf-8').end('<!doctype html>')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const shelf = embeddedShelf(`http://127.0.0.1:${(server.address() as AddressInfo).port}/nano`)
    const [card] = await shelf.list()
    const folder = await shelf.open(card?.modelId as ModelId)
    expect(await folder?.stat('config.json')).toBeDefined()
    expect(new TextDecoder().decode(await folder?.read('config.json'))).toBe('{}')
    expect(await folder?.stat('onnx/model_int8.onnx')).toBeUndefined()
    await expect(folder?.read('tokenizer.json')).rejects.toMatchObject({ code: 'model-unavailable' })
  })
})
