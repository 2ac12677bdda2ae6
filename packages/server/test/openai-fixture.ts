import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { type Command, createClient, type GenerateRequest, type ModelId, type Tool } from '@lomusai/client-js'
import { defaultPublicCommands, openNodeAccess } from '@lomusai/client-js/access'
import { createAssistant } from '@lomusai/client-js/agents'
import { createHost, MemoryStore, StoreThreads } from '@lomusai/client-js/host'
import { createIdentity } from '@lomusai/client-js/identity'
import type { SharedModels } from '@lomusai/client-js/inference'
import {
  HashEmbeddings,
  MemoryModelCatalog,
  ScriptedModel,
  type ScriptedTurn,
} from '@lomusai/client-js/testing'
import OpenAI from 'openai'
import { applyConfiguredKey } from '../src/configured-key.ts'
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

interface StartOptions {
  apiKey?: string
  publicCommands?: readonly Command[]
  sharedModels?: SharedModels
}

/** The real HTTP app on a loopback port, over a host whose model says what `script` tells it. */
export async function startApp(script: Script, options: StartOptions = {}) {
  const model = new ScriptedModel({ script, info: { modelId: 'scripted' as ModelId } })
  const identity = await createIdentity()
  const store = new MemoryStore()
  const { apiKey, publicCommands = defaultPublicCommands, sharedModels } = options
  const access = await openNodeAccess({ identity, store, publicCommands })
  await applyConfiguredKey(access, apiKey)
  const models = new MemoryModelCatalog([model])
  const tools = [multiply]
  const host = createHost({
    identity,
    agents: [createAssistant({ models, tools })],
    tools,
    threads: new StoreThreads({ store }),
    models,
    embeddings: new HashEmbeddings(),
    store,
    access,
    authorizer: access.authorizer,
  })
  await host.start()
  const client = createClient({ host, identity })
  const app = createApp({
    host,
    identity,
    access,
    isReady: () => true,
    requiresKey: apiKey !== undefined,
    corsOrigins: [],
    allowedHosts: [],
    ...(sharedModels !== undefined && { sharedModels }),
  })
  const listener = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
  await once(listener, 'listening')
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  return {
    url,
    model,
    client,
    access,
    store,
    openai: new OpenAI({ baseURL: `${url}/v1`, apiKey: apiKey ?? 'none', maxRetries: 0 }),
    async [Symbol.asyncDispose]() {
      await client.stop()
      await host.stop({ graceMs: 0 })
      listener.closeAllConnections()
      listener.close()
    },
  }
}
