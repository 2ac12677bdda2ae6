import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryModelCatalog, ScriptedModel } from '@lomusai/client-js/testing'
import { configFromEnvironment, createLogger, createServer, type LumosServer } from '@lomusai/server'
import { test as base } from '@playwright/test'

/** Playwright's `test` before a real server with a database of its own, nobody's yet. */
export const test = base.extend<{ server: LumosServer }>({
  server: async ({ browserName: _ }, use) => {
    const home = await mkdtemp(join(tmpdir(), 'lumos-ui-'))
    const config = configFromEnvironment({ LUMOS_HOME: home, LUMOS_PORT: '0', LUMOS_P2P_LISTEN: 'off' })
    const models = new MemoryModelCatalog([new ScriptedModel({ script: () => 'Good day.' })])
    const server = await createServer(config, createLogger('silent'), { models })
    await server.start()
    await use(server)
    await server.stop()
    await rm(home, { recursive: true, force: true })
  },
  baseURL: async ({ server }, use) => use(server.url),
})
