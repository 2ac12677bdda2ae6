import { createAssistant } from '@lomusai/client-js/agents'
import { createHost, IdbStore, StoreThreads } from '@lomusai/client-js/host'
import { openIdentity } from '@lomusai/client-js/identity'
import type { RunEvent, RunId } from '../../src/contracts/index.ts'
import { Requester, runParams } from '../../src/testing/host-fixture.ts'
import { MemoryModelCatalog } from '../../src/testing/memory-model-catalog.ts'
import { ScriptedModel, type ScriptedTurn } from '../../src/testing/scripted-model.ts'

/** A host of this page on IndexedDB, and somebody who asks it; the same two after every reload. */
async function openHost(turn: ScriptedTurn) {
  const store = new IdbStore({ name: 'lumos-reload' })
  const models = new MemoryModelCatalog([new ScriptedModel({ script: () => turn })])
  const host = createHost({
    identity: await openIdentity({ directory: 'lumos-keys', name: 'node' }),
    agents: [createAssistant({ models })],
    threads: new StoreThreads({ store }),
    models,
    store,
  })
  await host.start()
  return new Requester(await openIdentity({ directory: 'lumos-keys', name: 'person' }), host)
}

const calls = {
  /** Starts a run that gets stuck after its second word, and gives what was seen of it. */
  async startRun(): Promise<RunEvent[]> {
    const gate = (chunk: number) => (chunk === 2 ? new Promise<void>(() => {}) : undefined)
    const person = await openHost({ text: 'one two three', gate })
    const seen: RunEvent[] = []
    for await (const event of person.stream('agent.run', runParams('Count.'))) {
      seen.push(event as RunEvent)
      if (seen.filter(({ type }) => type === 'text-delta').length === 2) break
    }
    return seen
  },

  async readRest(runId: RunId, offset: number): Promise<RunEvent[]> {
    const person = await openHost('one two three')
    const events: RunEvent[] = []
    for await (const event of person.stream('run.observe', { runId, offset })) events.push(event as RunEvent)
    return events
  },
}

export type ReloadCalls = typeof calls
Object.assign(globalThis, { calls })
