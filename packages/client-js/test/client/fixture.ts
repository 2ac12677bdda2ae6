import { createAssistant } from '../../src/agents.ts'
import type { DescribedHost } from '../../src/host.ts'
import { createHost, MemoryStore, StoreThreads } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import {
  type ClientOptions,
  createClient,
  type JsonObject,
  type LumosClient,
  type Tool,
} from '../../src/index.ts'
import { MemoryModelCatalog, ScriptedModel, type ScriptedModelOptions } from '../../src/testing.ts'

/** A node with a scripted model and two tools, and a client in the same process. */
export interface ClientFixture extends AsyncDisposable {
  client: LumosClient
  host: DescribedHost
  model: ScriptedModel
}

const number = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] }

function tools(): Tool[] {
  const execute = async ({ n }: JsonObject) => Number(n) * 2
  return [
    { name: 'double', description: 'Doubles a number.', parameters: number, execute },
    { name: 'delete', description: 'Deletes a number.', parameters: number, requiresApproval: true, execute },
  ]
}

export async function createFixture(
  script: ScriptedModelOptions['script'],
  options: ClientOptions = {},
): Promise<ClientFixture> {
  const store = new MemoryStore()
  const model = new ScriptedModel({ script })
  const models = new MemoryModelCatalog([model])
  const host = createHost({
    identity: await createIdentity(),
    agents: [createAssistant({ models, tools: tools() })],
    tools: tools(),
    threads: new StoreThreads({ store }),
    models,
    store,
    describe: { name: 'Fixture' },
  })
  await host.start()
  const client = createClient({ host, ...options })
  return {
    client,
    host,
    model,
    async [Symbol.asyncDispose]() {
      await client.stop()
      await host.stop({ graceMs: 0 })
    },
  }
}

/** A promise, and what settles it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}
