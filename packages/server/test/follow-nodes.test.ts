import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Grant, isLumosError } from '@lomusai/client-js'
import { createIdentity } from '@lomusai/client-js/identity'
import { MemoryModelCatalog } from '@lomusai/client-js/testing'
import { expect, it, vi } from 'vitest'
import { createLogger } from '../src/logger.ts'
import { createServer } from '../src/lumos-server.ts'
import { configFromEnvironment } from '../src/server-config.ts'

// Each start opens a database folder, which takes seconds where processors are few.
vi.setConfig({ testTimeout: 120_000 })

it('a server refuses what was taken back at a server that it follows, and only that', async () => {
  await using stack = new AsyncDisposableStack()
  const start = async (variables: NodeJS.ProcessEnv) => {
    const home = await mkdtemp(join(tmpdir(), 'lumos-home-'))
    stack.defer(() => rm(home, { recursive: true, force: true }))
    const basics = { LUMOS_HOME: home, LUMOS_PORT: '0', LUMOS_GRACE_MS: '0', LUMOS_P2P_LISTEN: 'off' }
    const config = configFromEnvironment({ ...basics, ...variables })
    const server = await createServer(config, createLogger('silent'), { models: new MemoryModelCatalog([]) })
    stack.defer(() => server.stop())
    await server.start()
    return server
  }
  const [anna, bob] = [await createIdentity(), await createIdentity()]
  const first = await start({})
  await using annaAtFirst = createClient({ baseUrl: first.url, identity: anna })
  const give = () => annaAtFirst.access.delegate({ audience: bob.did, command: '/thread' })
  const [taken, kept] = [await give(), await give()]
  await annaAtFirst.access.revoke(taken)
  const second = await start({ LUMOS_FOLLOW: first.url })

  const verdict = async ({ token }: Grant) => {
    const credentials = { subject: anna.did, delegations: [token] }
    await using ofBob = createClient({ baseUrl: second.url, identity: bob, credentials })
    try {
      await ofBob.getMemoryThreads()
      return 'admitted'
    } catch (error) {
      return isLumosError(error) ? error.code : error
    }
  }
  // Until the first list is read, nothing that was passed on counts.
  await expect.poll(() => verdict(kept), { timeout: 60_000 }).toBe('admitted')
  expect(await verdict(taken)).toBe('forbidden')
})

it('an address to follow must be one of the web', () => {
  expect(() => configFromEnvironment({ LUMOS_FOLLOW: 'ftp://127.0.0.1' })).toThrow(/LUMOS_FOLLOW/)
})
