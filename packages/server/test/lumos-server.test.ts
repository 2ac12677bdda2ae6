import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type RunEvent } from '@lomusai/client-js'
import { createIdentity } from '@lomusai/client-js/identity'
import { createPeerNode, libp2pTransport } from '@lomusai/client-js/p2p'
import { MemoryModelCatalog, ScriptedModel } from '@lomusai/client-js/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLogger } from '../src/logger.ts'
import { createServer, type LumosServer } from '../src/lumos-server.ts'
import { configFromEnvironment } from '../src/server-config.ts'

// Each test makes a database folder, which takes seconds where processors are few.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

describe('a server', () => {
  let home: string
  const running: LumosServer[] = []
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'lumos-home-'))
  })
  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop()
    await rm(home, { recursive: true, force: true })
  })

  async function start(model: ScriptedModel): Promise<LumosServer> {
    const config = configFromEnvironment({ LUMOS_HOME: home, LUMOS_PORT: '0', LUMOS_GRACE_MS: '0' })
    const server = await createServer(config, createLogger('silent'), {
      models: new MemoryModelCatalog([model]),
    })
    running.push(server)
    await server.start()
    return server
  }

  it('answers over HTTP and as a peer with one identity, kept in a file nobody else may read', async () => {
    const server = await start(new ScriptedModel({ script: () => 'Hello there' }))
    const peerNode = await createPeerNode({ identity: await createIdentity() })
    await peerNode.start()
    await using cloud = createClient({ baseUrl: server.url })
    await using peer = createClient({
      peers: server.node.peerNode?.addresses() ?? [],
      transports: [libp2pTransport(peerNode)],
    })
    const answers = await Promise.all(
      [cloud, peer].map(client => client.getAgent('assistant').generate('Hello')),
    )
    expect(answers.map(({ text, place, nodeId }) => [text, place.kind, nodeId])).toEqual([
      ['Hello there', 'cloud', server.node.identity.did],
      ['Hello there', 'peer', server.node.identity.did],
    ])
    await peerNode.stop()
    const files = await Promise.all(['identity.key'].map(name => stat(join(home, name))))
    expect(files.map(file => file.mode & 0o077)).toEqual([0])
  })

  it('goes on with a suspended run after a restart, and its reader misses and repeats nothing', async () => {
    const reached = Promise.withResolvers<void>()
    const identity = await createIdentity()
    const held = new ScriptedModel({
      script: [
        {
          text: 'never said',
          gate: () => {
            reached.resolve()
            return new Promise(() => {})
          },
        },
      ],
    })
    const first = await start(held)
    const before = createClient({ baseUrl: first.url, identity })
    const stream = await before.getAgent('assistant').stream('Go on')
    const { runId } = stream
    const seen: RunEvent[] = []
    const reader = (async () => {
      for await (const event of stream) seen.push(event)
    })().catch(() => {})
    await reached.promise
    await first.stop()
    await before.stop()
    await reader

    const second = await start(new ScriptedModel({ script: ['Here I am again'] }))
    await using after = createClient({ baseUrl: second.url, identity })
    for await (const event of after.observe({ runId, offset: seen.length })) seen.push(event)
    expect(seen.map(event => event.id)).toEqual(seen.map((_, index) => index + 1))
    expect(seen.at(-1)).toMatchObject({
      type: 'run-finished',
      status: { state: 'TASK_STATE_COMPLETED' },
    })
    const text = seen.filter(event => event.type === 'text-delta').map(event => event.text)
    expect(text.join('')).toBe('Here I am again')
    expect(second.node.identity.did).toBe(first.node.identity.did)
  })

  it('refuses a home that another server uses, and a request under a foreign host name', async () => {
    const server = await start(new ScriptedModel({ script: [] }))
    const config = configFromEnvironment({ LUMOS_HOME: home, LUMOS_PORT: '0' })
    await writeFile(join(home, 'lumos.lock'), String(process.ppid))
    await expect(createServer(config, createLogger('silent'))).rejects.toMatchObject({ code: 'conflict' })
    // fetch does not let a caller choose its Host.
    const [foreign] = await once(
      get(`${server.url}/api/node`, { headers: { host: 'evil.example' } }),
      'response',
    )
    foreign.resume()
    expect(foreign.statusCode).toBe(421)
    expect((await fetch(`${server.url}/ready`)).status).toBe(200)
  })
})
