import { describe, expect, it } from 'vitest'
import {
  type GenerateRequest,
  LumosError,
  type Model,
  type ModelCatalog,
  type ModelId,
  type ModelSource,
} from '../../src/contracts/index.ts'
import { createModelCatalog, createWorkerModelCatalog, serveModelCatalog } from '../../src/inference/index.ts'
import { MemoryModelCatalog } from '../../src/testing/memory-model-catalog.ts'
import { collectModelEvents, type ModelScript, modelSuite } from '../../src/testing/model-suite.ts'
import { ScriptedModel, type ScriptedTurn } from '../../src/testing/scripted-model.ts'

const ask: GenerateRequest = { messages: [{ role: 'user', content: 'Hello!' }] }

/** A scripted turn that says the same as a model's script. */
function turnOf({ pieces, toolCalls = [], isEndless }: ModelScript): ScriptedTurn {
  const text = pieces.join('') + (isEndless ? ' on'.repeat(5000) : '')
  return { text, toolCalls }
}

/** The catalogue as a page sees it: through a real message channel. */
function throughChannel(models: Model[]): ModelCatalog {
  const { port1, port2 } = new MessageChannel()
  serveModelCatalog(port2, () => new MemoryModelCatalog(models))
  return createWorkerModelCatalog(port1, {})
}

modelSuite('a scripted one', async script => {
  const model = new ScriptedModel({ script: () => turnOf(script) })
  return { model, dispose: () => model.stop() }
})

modelSuite('one in a worker', async script => {
  const catalog = throughChannel([new ScriptedModel({ script: () => turnOf(script) })])
  return { model: await catalog.load(), dispose: () => catalog.stop() }
})

describe('a model behind a worker', () => {
  it('computes no further ahead than its reader allows', async () => {
    let pulled = 0
    const gate = () => {
      pulled++
    }
    const catalog = throughChannel([new ScriptedModel({ script: () => ({ text: 'w '.repeat(200), gate }) })])
    const events = (await catalog.load()).generate(ask)[Symbol.asyncIterator]()
    await events.next()
    // Whatever was under way has arrived once another call has gone there and back.
    for (let round = 0; round < 5; round++) await catalog.list()
    expect(pulled).toBeLessThanOrEqual(6)
    await events.return?.()
    await catalog.stop()
  })

  it('stops computing when the reader leaves', async () => {
    const model = new ScriptedModel({ script: () => ({ text: 'w '.repeat(500) }) })
    const catalog = throughChannel([model])
    for await (const _ of (await catalog.load()).generate(ask)) break
    for (let round = 0; round < 10 && model.activeCount > 0; round++) await catalog.list()
    expect(model.activeCount).toBe(0)
    await catalog.stop()
  })

  it('passes errors on with code, message and details', async () => {
    const error = new LumosError('inference-failed', 'Too long.', { details: { promptTokens: 9 } })
    const catalog = throughChannel([new ScriptedModel({ script: [{ text: 'Hm', error }] })])
    const answer = collectModelEvents((await catalog.load()).generate(ask))
    await expect(answer).rejects.toMatchObject(error.toJSON())
    await expect(catalog.load('other' as ModelId)).rejects.toMatchObject({ code: 'not-found' })
    await catalog.stop()
  })

  it('fails what is pending when the catalogue stops, and what comes later', async () => {
    const { promise: held } = Promise.withResolvers<void>()
    const catalog = throughChannel([new ScriptedModel({ script: () => ({ text: 'a b', gate: () => held }) })])
    const model = await catalog.load()
    const pending = expect(collectModelEvents(model.generate(ask))).rejects.toMatchObject({
      code: 'model-unavailable',
    })
    await catalog.stop()
    await pending
    await expect(catalog.list()).rejects.toMatchObject({ code: 'model-unavailable' })
  })
})

/** A source whose loads wait until a test lets them go. */
function slowSource(id: string) {
  const started: AbortSignal[] = []
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const model = new ScriptedModel({ script: ['hi'], info: { modelId: id as ModelId } })
  const source: ModelSource = {
    list: async () => [model.info],
    async load(modelId, options) {
      if (modelId !== id) throw new LumosError('not-found', `Only ${id} is here.`)
      started.push(options?.signal as AbortSignal)
      options?.onProgress?.({ modelId: id as ModelId, phase: 'download', loadedBytes: 1 })
      await opened
      return model
    },
    stop: async () => {},
  }
  return { source, started, open, model }
}

describe('a catalogue', () => {
  it('loads a model once for all who ask at the same time, and tells each how far it is', async () => {
    const { source, started, open } = slowSource('one')
    const catalog = createModelCatalog({ sources: [source] })
    const seen: number[] = []
    const loads = [0, 1, 2].map(() => catalog.load(undefined, { onProgress: () => seen.push(1) }))
    open()
    const models = await Promise.all(loads)
    expect(new Set(models).size).toBe(1)
    expect(started).toHaveLength(1)
    expect(seen).toHaveLength(3)
  })

  it('gives a load up when the last who waits leaves, not before', async () => {
    const { source, started } = slowSource('one')
    const catalog = createModelCatalog({ sources: [source] })
    const [first, second] = [new AbortController(), new AbortController()]
    const loads = [first, second].map(({ signal }) =>
      catalog.load('one' as ModelId, { signal }).catch(error => error),
    )
    while (started.length === 0) await catalog.list()
    first.abort(new Error('left'))
    expect((await loads[0])?.message).toBe('left')
    expect(started[0]?.aborted).toBe(false)
    second.abort(new Error('left too'))
    await loads[1]
    expect(started[0]?.aborted).toBe(true)
  })

  it('tries again after a failure, and after a model was stopped', async () => {
    let attempts = 0
    const { source, open } = slowSource('one')
    open()
    const flaky: ModelSource = {
      ...source,
      load(...args) {
        if (attempts++ === 0) throw new LumosError('model-unavailable', 'Not now.')
        return source.load(...args)
      },
    }
    const catalog = createModelCatalog({ sources: [flaky] })
    await expect(catalog.load()).rejects.toMatchObject({ code: 'model-unavailable' })
    const model = await catalog.load()
    await model.stop()
    expect(await catalog.load()).not.toBe(model)
    expect(attempts).toBe(3)
  })

  it('asks the first source that has a model, and lists the default first', async () => {
    const [one, two, again] = [slowSource('one'), slowSource('two'), slowSource('one')]
    const broken: ModelSource = { ...one.source, list: async () => Promise.reject(new Error('down')) }
    const options = {
      sources: [broken, one.source, two.source, again.source],
      defaultModelId: 'two' as ModelId,
    }
    const catalog = createModelCatalog(options)
    two.open()
    expect((await catalog.list()).map(info => info.modelId)).toEqual(['two', 'one'])
    expect((await catalog.load()).info.modelId).toBe('two')
    await expect(catalog.load('three' as ModelId)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('without any model says what to do', async () => {
    await expect(createModelCatalog({ sources: [] }).load()).rejects.toMatchObject({ code: 'not-found' })
  })
})
