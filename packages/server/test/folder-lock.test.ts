import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from '../src/stores/folder-lock.ts'

describe('lockFolder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lumos-lock-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('can be taken again once it was given back', async () => {
    const unlock = await lockFolder(folder)
    await unlock()
    await (await lockFolder(folder))()
  })

  it('refuses while another process lives, and names it', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    try {
      await writeFile(join(folder, 'lumos.lock'), String(other.pid))
      await expect(lockFolder(folder)).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(String(other.pid)),
      })
    } finally {
      other.kill()
    }
  })

  it('takes over from a process that died', async () => {
    const other = spawn(process.execPath, ['-e', ''])
    await once(other, 'exit')
    await writeFile(join(folder, 'lumos.lock'), String(other.pid))
    await (await lockFolder(folder))()
  })
})
