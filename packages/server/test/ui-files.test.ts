import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uiFiles } from '../src/http/ui-files.ts'

describe('files of the UI', () => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'lumos-ui-'))
    await writeFile(join(root, 'index.html'), '<!doctype html>')
    await writeFile(join(root, 'model.onnx'), 'weights')
  })
  afterAll(() => rm(root, { recursive: true }))

  const get = (path: string, headers: Record<string, string> = {}) => uiFiles(root).request(path, { headers })

  it('a browser that has a file asks whether it changed, and is not sent it again', async () => {
    const first = await get('/model.onnx')
    expect(await first.text()).toBe('weights')
    expect(first.headers.get('Cache-Control')).toBe('no-cache')
    const modified = first.headers.get('Last-Modified') ?? ''
    const again = await get('/model.onnx', { 'If-Modified-Since': modified })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
    expect(again.headers.get('Content-Length')).toBeNull()
    expect(again.headers.get('Last-Modified')).toBe(modified)
  })

  it('a file that changed is sent, however the two times compare', async () => {
    const known = (await get('/model.onnx')).headers.get('Last-Modified') ?? ''
    await utimes(join(root, 'model.onnx'), new Date(0), new Date(0))
    const changed = await get('/model.onnx', { 'If-Modified-Since': known })
    expect(changed.status).toBe(200)
    expect(await changed.text()).toBe('weights')
  })

  it('a path of the page is the page, and a missing file is none', async () => {
    expect(await (await get('/chat/1')).text()).toBe('<!doctype html>')
    expect((await get('/missing.js', { 'If-Modified-Since': 'x' })).status).toBe(404)
  })
})
