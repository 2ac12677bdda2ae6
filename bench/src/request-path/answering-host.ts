import type { Identity, Model, ModelEvent, ModelId, Tool } from '@lomusai/client-js'
import { createHost, type DescribedHost, MemoryStore, StoreThreads } from '@lomusai/client-js/host'
import { MemoryModelCatalog } from '../../../packages/client-js/src/testing/memory-model-catalog.ts'
import { tokenCount, toolDescription } from './addresses.ts'

/** Gives its arguments back. */
const echo: Tool = {
  name: 'echo',
  description: toolDescription,
  parameters: { type: 'object' },
  idempotent: true,
  execute: async args => args,
}

/** Says the same word as often as asked here, as fast as it is read. */
const talker: Model = {
  info: {
    modelId: 'talker' as ModelId,
    name: 'Talker',
    engine: 'scripted',
    device: 'cpu',
    contextLength: 4096,
    isLocal: true,
    supportsTools: false,
  },
  async *generate(): AsyncGenerator<ModelEvent> {
    for (let count = 1; count < tokenCount; count += 1) yield { type: 'text-delta', text: ' token' }
    yield { type: 'finished', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: tokenCount } }
  },
  async stop() {},
}

/** A real host whose tool and model take no time: what is left is the way there. */
export async function startAnsweringHost(identity: Identity): Promise<DescribedHost> {
  const store = new MemoryStore()
  const unlimited = Number.MAX_SAFE_INTEGER
  const host = createHost({
    identity,
    tools: [echo],
    models: new MemoryModelCatalog([talker]),
    threads: new StoreThreads({ store }),
    store,
    limits: { requestsPerSecond: unlimited, requestBurst: unlimited },
  })
  await host.start()
  return host
}
