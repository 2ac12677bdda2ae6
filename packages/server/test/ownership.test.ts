import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@lomusai/client-js'
import { createIdentity } from '@lomusai/client-js/identity'
import { MemoryModelCatalog, ScriptedModel } from '@lomusai/client-js/testing'
import OpenAI from 'openai'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createServer, type LumosServer } from '../src/lumos-server.ts'
import { configFromEnvironment } from '../src/server-config.ts'

// Each start opens a database folder, which takes seconds where processors are few.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 })

const messages = [{ role: 'user' as const, content: 'Hello' }]

let home: string
let log: string[]
let running: LumosServer | undefined

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lumos-home-'))
  log = []
})
afterEach(async () => {
  await running?.stop()
  running = undefined
  await rm(home, { recursive: true, force: true })
})

async function start(variables: NodeJS.ProcessEnv = {}): Promise<LumosServer> {
  await running?.stop()
  const basics = { LUMOS_HOME: home, LUMOS_PORT: '0', LUMOS_GRACE_MS: '0', LUMOS_P2P_LISTEN: 'off' }
  const config = configFromEnvironment({ ...basics, ...variables })
  const models = new MemoryModelCatalog([new ScriptedModel({ script: () => 'Hello there' })])
  const logger = pino({ level: 'trace' }, { write: line => log.push(line) })
  running = await createServer(config, logger, { models })
  await running.start()
  return running
}

/** Everything the server wrote: its folder, and its log. */
async function written(): Promise<string> {
  const names = await readdir(home, { recursive: true, withFileTypes: true })
  const files = names.filter(entry => entry.isFile())
  const texts = await Promise.all(files.map(file => readFile(join(file.parentPath, file.name), 'latin1')))
  return [...texts, ...log].join('\n')
}

const codeOf = (link: string | undefined) =>
  /^http:\/\/127\.0\.0\.1:\d+\/#claim=([\w-]{22})$/.exec(link ?? '')?.[1]

const openai = (server: LumosServer, apiKey: string) =>
  new OpenAI({ baseURL: `${server.url}/v1`, apiKey, maxRetries: 0 })

describe('a server on a database folder', () => {
  it('has the owner who claimed it, and keys that are in no file and no log, over its restarts', async () => {
    const [old, current] = ['the-key-of-yesterday', 'the-key-of-today-42']
    const owner = await createIdentity()
    const first = await start({ LUMOS_PUBLIC: 'none', LUMOS_API_KEY: old })
    const code = codeOf(await first.createClaimLink()) as string
    await using client = createClient({ baseUrl: first.url, identity: owner })
    for (const refused of [client.getAgents(), client.getNode(), client.access.list()]) {
      await expect(refused).rejects.toMatchObject({ code: 'forbidden' })
    }
    const { cid } = await client.access.claim(code)
    await expect(client.access.claim(code)).rejects.toMatchObject({ code: 'forbidden' })
    const { apiKey, did } = await client.access.createApiKey({ label: 'Night build' })
    for (const key of [old, apiKey]) {
      await openai(first, key).chat.completions.create({ model: 'scripted', messages })
    }
    await expect(openai(first, `${apiKey}x`).models.list()).rejects.toMatchObject({ status: 401 })

    const second = await start({ LUMOS_PUBLIC: 'none', LUMOS_API_KEY: current })
    expect(await second.createClaimLink()).toBeUndefined()
    for (const key of [current, apiKey]) {
      const { choices } = await openai(second, key).chat.completions.create({ model: 'assistant', messages })
      expect(choices[0]?.message.content).toBe('Hello there')
    }
    await expect(openai(second, old).models.list()).rejects.toMatchObject({ status: 401 })
    await using later = createClient({ baseUrl: second.url, identity: owner })
    expect((await later.audit.list()).map(({ command }) => command)).toContain('/access/claim')
    const everything = await written()
    // The label and the DID are found, so a secret would be.
    for (const known of ['Night build', did]) expect(everything).toContain(known)
    for (const secret of [code, old, current, apiKey, apiKey.slice('lumos_'.length)]) {
      expect(everything).not.toContain(secret)
    }
    await later.access.revokeAll(did)
    await expect(openai(second, apiKey).models.list()).rejects.toMatchObject({ status: 401 })
    await later.access.revoke(cid)
    await expect(later.access.list()).rejects.toMatchObject({ code: 'forbidden' })

    const third = await start({ LUMOS_PUBLIC: 'none' })
    for (const key of [old, current, apiKey]) {
      await expect(openai(third, key).models.list()).rejects.toMatchObject({ status: 401 })
    }
    const newCode = codeOf(await third.createClaimLink())
    expect(newCode).toBeDefined()
    expect(newCode).not.toBe(code)
  })
})
