import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createClient, type GenerateRequest, type ModelId, type Tool } from '@lomusai/client-js'
import { createAssistant } from '@lomusai/client-js/agents'
import { createHost, MemoryStore, StoreThreads } from '@lomusai/client-js/host'
import { createIdentity } from '@lomusai/client-js/identity'
import { MemoryModelCatalog, ScriptedModel, type ScriptedTurn } from '@lomusai/client-js/testing'
import OpenAI from 'openai'
import { createApp } from '../src/http/app.ts'

type Script = ScriptedTurn[] | ((request: GenerateRequest, index: number) => ScriptedTurn)

const multiply: Tool = {
  name: 'multiply',
  description: 'Product of two numbers',
  parameters: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  },
  execute: async ({ a, b }) => Number(a) * Number(b),
}

/** The real HTTP app on a loopback port, over a host whose model says what `script` tells it. */
export async function startApp(script: Script, options: { apiKey?: string } = {}) {
  const model = new ScriptedModel({ script, info: { modelId: 'scripted' as ModelId } })
  const identity = await createIdentity()
  const store = new MemoryStore()
  const models = new MemoryModelCatalog([model])
  const tools = [multiply]
  const host = createHost({
    identity,
    agents: [createAssistant({ models, tools })],
    tools,
    threads: new StoreThreads({ store }),
    models,
    store,
  })
  await host.start()
  const client = createClient({ host, identity })
  const app = createApp({
    host,
    client,
    isReady: () => true,
    corsOrigins: [],
    allowedHosts: [],
    ...options,
  })
  const listener = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
  await once(listener, 'listening')
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  return {
    url,
    model,
    client,
    openai: new OpenAI({ baseURL: `${url}/v1`, apiKey: options.apiKey ?? 'none', maxRetries: 0 }),
    async [Symbol.asyncDispose]() {
      await client.stop()
      await host.stop({ graceMs: 0 })
      listener.closeAllConnections()
      listener.close()
    },
  }
}
