import { createAssistant } from '../../src/agents/index.ts'
import type { Agent, Clock, Identity, Model, Store, Tool } from '../../src/contracts/index.ts'
import { createHost, type HostOptions, MemoryStore, StoreThreads } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { Requester } from '../../src/testing/host-fixture.ts'
import { MemoryModelCatalog } from '../../src/testing/memory-model-catalog.ts'
import { ScriptedModel, type ScriptedModelOptions } from '../../src/testing/scripted-model.ts'

export interface HostSetup extends Partial<Omit<HostOptions, 'identity' | 'models'>> {
  script?: ScriptedModelOptions['script']
  model?: Model
  identity?: Identity
  tools?: Tool[]
  store?: Store
  agents?: Agent[]
  clock?: Clock
}

/** A host with an assistant whose model follows a script, and somebody who asks it. */
export async function setUpHost(setup: HostSetup = {}) {
  const { script = ['Hello there.'], tools = [], store = new MemoryStore(), ...options } = setup
  const model = setup.model ?? new ScriptedModel({ script })
  const models = new MemoryModelCatalog([model])
  const host = createHost({
    identity: await createIdentity(),
    agents: [createAssistant({ models, tools })],
    threads: new StoreThreads({ store, ...(setup.clock && { clock: setup.clock }) }),
    ...options,
    tools,
    models,
    store,
  })
  const alice = await Requester.create(host)
  return { host, alice, store, model: model as ScriptedModel }
}
