import { describe, expect, it } from 'vitest'
import { createAssistant, toolFocusShape } from '../../src/agents/index.ts'
import type { RunId, Tool } from '../../src/contracts/index.ts'
import { liquidOutcomeModel } from '../../src/engines/liquid/index.ts'
import { createHost, MemoryStore, StoreThreads } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { createAdaptivePolicy } from '../../src/inference/adaptive/index.ts'
import { createClient } from '../../src/presets/create-client.ts'
import { MemoryModelCatalog } from '../../src/testing/memory-model-catalog.ts'
import { ScriptedModel } from '../../src/testing/scripted-model.ts'
import { setUpHost } from './host-setup.ts'

const tool = (name: string, execute: Tool['execute']): Tool => ({
  name,
  description: `The tool ${name}.`,
  parameters: { type: 'object' },
  execute,
})

const tools = [
  tool('stale_search', async () => {
    throw new Error('gone')
  }),
  tool('search', async () => 'found'),
]

/** A small model that takes the first tool it sees, whatever is asked, and thanks when it has an answer. */
function hastyModel() {
  return new ScriptedModel({
    script: ({ messages, tools: shown = [] }) => {
      const [first] = shown
      const isAnswered = messages.at(-1)?.role === 'tool'
      return isAnswered || first === undefined
        ? 'Done.'
        : { toolCalls: [{ name: first.name, arguments: {} }] }
    },
  })
}

async function setUp(store = new MemoryStore()) {
  const models = new MemoryModelCatalog([hastyModel()])
  const policy = createAdaptivePolicy({
    name: 'tool-focus',
    ...toolFocusShape(tools),
    model: liquidOutcomeModel({ hidden: 4, sequencesPerFeedback: 2 }),
    explorationRate: 0.3,
    store,
  })
  const host = createHost({
    identity: await createIdentity(),
    agents: [createAssistant({ models, tools, toolFocus: policy })],
    threads: new StoreThreads({ store }),
    limits: { requestsPerSecond: 10_000, requestBurst: 10_000 },
    adaptation: [policy],
    tools,
    models,
    store,
  })
  return { host, store, client: createClient({ host }) }
}

describe('the assistant with a policy of tool focus', () => {
  it('learns from how calls turn out and from ratings, through the host’s one door', async () => {
    const { client } = await setUp()
    const agent = client.getAgent('assistant')
    const ask = async () => {
      const { runId, toolResults } = await agent.generate('Find the paper on liquid networks.')
      const isGood = toolResults.some(({ isError }) => !isError)
      // The user says what the calls alone cannot: an answer without any tool was no use.
      expect(await client.feedback({ runId, rating: isGood ? 1 : 0 })).toEqual({ policies: ['tool-focus'] })
      return isGood ? 1 : 0
    }
    const askOften = async (count: number) => {
      let good = 0
      for (let index = 0; index < count; index++) good += await ask()
      return good / count
    }
    expect(await askOften(40)).toBeLessThan(0.45)
    // Run ids are drawn anew each time, and exploration with them: it learns sooner or later.
    let [share, rounds] = [0, 0]
    while (share < 0.6 && rounds++ < 25) share = await askOften(30)
    expect(share).toBeGreaterThanOrEqual(0.6)
    const [report] = await client.adaptation.list()
    expect(report).toMatchObject({ policy: 'tool-focus', status: 'learning' })
    expect(report?.version).toBeGreaterThan(0)
  })

  it('gives what it learned to whoever taught it, takes it elsewhere, and forgets', async () => {
    const { client, store, host } = await setUp()
    const { runId } = await client.getAgent('assistant').generate('Find it.')
    await client.feedback({ runId, rating: 0.5 })
    const exported = await client.adaptation.export('tool-focus')
    const other = createClient({ host })
    expect((await other.adaptation.list())[0]).toMatchObject({ feedbackCount: 0, version: 0 })
    expect(await other.adaptation.import('tool-focus', exported)).toMatchObject({ version: 1 })
    expect(await other.adaptation.reset('tool-focus')).toMatchObject({ version: 0 })
    await expect(other.adaptation.import('tool-focus', { ...exported, version: 7 })).rejects.toMatchObject({
      code: 'invalid-request',
    })
    await expect(other.feedback({ runId, rating: 1 })).rejects.toMatchObject({ code: 'not-found' })
    await client.adaptation.forget('tool-focus')
    for await (const { key } of store.list({ prefix: `adaptation/${await client.did}/` })) {
      throw new Error(`${key} is still there`)
    }
    await expect(client.adaptation.export('elsewhere')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('keeps no word of what was said', async () => {
    const { client, store } = await setUp()
    await client.getAgent('assistant').generate('My password is xyzzy-plugh, find it.')
    let kept = ''
    for await (const { value } of store.list({ prefix: 'adaptation/' })) kept += JSON.stringify(value)
    expect(kept.length).toBeGreaterThan(100)
    expect(kept).not.toMatch(/xyzzy|plugh|password/i)
  })
})

describe('a node without adaptive policies', () => {
  it('says that feedback teaches it nothing', async () => {
    const { alice } = await setUpHost()
    const [started] = await alice.run('Hello?')
    const { runId } = started as unknown as { runId: RunId }
    await expect(alice.ask('run.feedback', { runId, rating: 1 })).rejects.toMatchObject({
      code: 'unsupported',
    })
    expect(await alice.ask('adaptation.list', {})).toEqual({ policies: [] })
    await expect(alice.ask('run.feedback', { runId, rating: 2 })).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })
})
