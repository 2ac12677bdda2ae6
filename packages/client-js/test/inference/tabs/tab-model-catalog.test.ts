import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GenerateRequest, ModelCatalog, ModelEvent } from '../../../src/contracts/index.ts'
import { createTabModelCatalog } from '../../../src/inference/index.ts'
import { MemoryModelCatalog } from '../../../src/testing/memory-model-catalog.ts'
import { modelSuite } from '../../../src/testing/model-suite.ts'
import { ScriptedModel } from '../../../src/testing/scripted-model.ts'
import { MemoryOrigin } from './memory-origin.ts'

const ask: GenerateRequest = { messages: [{ role: 'user', content: 'Count!' }] }
const words = Array.from({ length: 60 }, (_, index) => `w${index} `).join('')

/** An origin whose tabs count how often an engine was opened, and what it was asked. */
function openOrigin(
  script: ConstructorParameters<typeof ScriptedModel>[0]['script'] = () => ({ text: words }),
) {
  const origin = new MemoryOrigin()
  const engines: ScriptedModel[] = []
  const openTab = () => {
    const tab = origin.openTab()
    const open = () => {
      const model = new ScriptedModel({ script })
      engines.push(model)
      return new MemoryModelCatalog([model])
    }
    return { tab, models: createTabModelCatalog({ origin: tab, name: 'models', open }) }
  }
  return { engines, openTab }
}

async function textOf(events: AsyncIterable<ModelEvent>, onText?: (count: number) => Promise<void> | void) {
  let text = ''
  let count = 0
  let finishedCount = 0
  for await (const event of events) {
    if (event.type === 'text-delta') {
      text += event.text
      await onText?.(++count)
    }
    if (event.type === 'finished') finishedCount++
  }
  expect(finishedCount).toBe(1)
  return text
}

const step = fc.record({
  action: fc.constantFrom('ask', 'open', 'stop', 'close', 'wait'),
  pick: fc.nat(20),
})

/** Lets every message that is under way arrive. */
async function settle(models: ModelCatalog, rounds = 5): Promise<void> {
  for (let round = 0; round < rounds; round++) await models.list()
}

modelSuite('one in another tab', async script => {
  const { pieces, toolCalls = [], isEndless } = script
  const { openTab } = openOrigin(() => ({
    text: pieces.join('') + (isEndless ? ' on'.repeat(5000) : ''),
    toolCalls,
  }))
  const first = openTab()
  await first.models.list()
  const second = openTab()
  const model = await second.models.load()
  return {
    model,
    dispose: async () => {
      await second.models.stop()
      await first.models.stop()
    },
  }
})

describe('models shared between tabs', () => {
  it('are opened once, by the first tab, for all of them', async () => {
    const { engines, openTab } = openOrigin()
    const tabs = [openTab(), openTab(), openTab()]
    const texts = await Promise.all(
      tabs.map(async ({ models }) => textOf((await models.load()).generate(ask))),
    )
    expect(texts).toEqual([words, words, words])
    expect(engines.map(engine => engine.requests.length)).toEqual([3])
    for (const { models } of tabs) await models.stop()
  })

  it('go on in the next tab when the first is closed in the middle of an answer, without loss or repeat', async () => {
    const { engines, openTab } = openOrigin()
    const first = openTab()
    await first.models.list()
    const second = openTab()
    const model = await second.models.load()
    const text = await textOf(model.generate(ask), count => {
      if (count === 7) first.tab.close()
    })
    expect(text).toBe(words)
    expect(engines).toHaveLength(2)
    const seeds = engines.map(engine => engine.requests[0]?.seed)
    expect(seeds[0]).toBeTypeOf('number')
    expect(seeds[1]).toBe(seeds[0])
    await second.models.stop()
  })

  it('go on likewise when the first tab stops its catalogue', async () => {
    const { engines, openTab } = openOrigin()
    const first = openTab()
    await first.models.list()
    const second = openTab()
    const model = await second.models.load()
    const text = await textOf(model.generate(ask), async count => {
      if (count === 7) await first.models.stop()
    })
    expect(text).toBe(words)
    expect(engines).toHaveLength(2)
    await second.models.stop()
  })

  it('stop computing for a tab that is closed', async () => {
    const { engines, openTab } = openOrigin()
    const first = openTab()
    await first.models.list()
    const second = openTab()
    const events = (await second.models.load()).generate(ask)[Symbol.asyncIterator]()
    await events.next()
    expect(engines[0]?.activeCount).toBe(1)
    second.tab.close()
    await settle(first.models)
    expect(engines[0]?.activeCount).toBe(0)
    await first.models.stop()
  })

  it('stay loaded until the last tab that uses them stops them', async () => {
    const { engines, openTab } = openOrigin()
    const tabs = [openTab(), openTab()] as const
    const models = [await tabs[0].models.load(), await tabs[1].models.load()] as const
    let stopCount = 0
    const engine = engines[0] as ScriptedModel
    engine.stop = async () => {
      stopCount++
    }
    await models[0].stop()
    expect(stopCount).toBe(0)
    expect(await textOf(models[1].generate(ask))).toBe(words)
    await models[1].stop()
    expect(stopCount).toBe(1)
    for (const { models } of tabs) await models.stop()
  })

  it('fail by a code once their own tab stopped them', async () => {
    const { openTab } = openOrigin()
    const { models } = openTab()
    const model = await models.load()
    await models.stop()
    await expect(models.list()).rejects.toMatchObject({ code: 'model-unavailable' })
    await expect(textOf(model.generate(ask))).rejects.toMatchObject({ code: 'model-unavailable' })
  })

  it('answer whole in whatever order tabs open, stop and close: 40 seeds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async steps => {
        const { openTab } = openOrigin()
        const others = [openTab()]
        const reader = openTab()
        const answers: Promise<string>[] = []
        for (const { action, pick } of steps) {
          const other = others[pick % others.length] as (typeof others)[number]
          if (action === 'ask') answers.push(reader.models.load().then(model => textOf(model.generate(ask))))
          if (action === 'open') others.push(openTab())
          if (action === 'stop') await other.models.stop()
          if (action === 'close') other.tab.close()
          if (action === 'wait') await settle(reader.models, pick % 4)
        }
        for (const answer of answers) expect(await answer).toBe(words)
        for (const { models, tab } of [reader, ...others]) if (!tab.isClosed) await models.stop()
      }),
      { numRuns: 40 },
    )
  })
})
