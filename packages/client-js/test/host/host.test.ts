import { expect, it } from 'vitest'
import { createAssistant } from '../../src/agents.ts'
import type { JsonObject } from '../../src/contracts/index.ts'
import { createHost, MemoryStore, StoreThreads } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { Requester } from '../../src/testing/host-fixture.ts'
import { MemoryModelCatalog } from '../../src/testing/memory-model-catalog.ts'
import { ScriptedModel } from '../../src/testing/scripted-model.ts'

it('gives the events of a run with a tool call in their order', async () => {
  const store = new MemoryStore()
  const tool = {
    name: 'double',
    description: 'Doubles',
    parameters: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
    async execute({ n }: JsonObject) {
      return Number(n) * 2
    },
  }
  const models = new MemoryModelCatalog([
    new ScriptedModel({
      script: [{ text: 'let me see', toolCalls: [{ name: 'double', arguments: '{n: "21"' }] }, 'It is 42.'],
    }),
  ])
  const host = createHost({
    identity: await createIdentity(),
    agents: [createAssistant({ models, tools: [tool] })],
    tools: [tool],
    threads: new StoreThreads({ store }),
    models,
    store,
  })
  const alice = await Requester.create(host)
  const events = await alice.run('double 21')
  expect(events.map(({ type }) => type)).toEqual([
    'run-started',
    'step-started',
    'text-delta',
    'text-delta',
    'text-delta',
    'tool-called',
    'step-finished',
    'tool-finished',
    'message-added',
    'step-started',
    'text-delta',
    'text-delta',
    'text-delta',
    'step-finished',
    'message-added',
    'run-finished',
  ])
  await host.stop()
})
