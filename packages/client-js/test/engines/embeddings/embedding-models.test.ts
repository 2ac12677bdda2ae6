import { describe, expect, it } from 'vitest'
import type { ModelId } from '../../../src/contracts/index.ts'
import { EmbeddingModels, loadEmbeddingModel } from '../../../src/engines/embeddings/index.ts'
import type { ModelFolder, ModelShelf } from '../../../src/engines/model-folders/index.ts'
import { embeddingModelSuite } from '../../../src/testing/embedding-model-suite.ts'
import { encoderFolder, hidden, randomTensors, safetensors, staticFolder } from './embedding-folders.ts'

embeddingModelSuite('a static model', () => loadEmbeddingModel(staticFolder()))
embeddingModelSuite('an ONNX encoder', () => loadEmbeddingModel(encoderFolder()))

async function vectorOf(folder: ModelFolder, text: string): Promise<number[]> {
  const model = await loadEmbeddingModel(folder)
  const { vectors } = await model.embed({ texts: [text] })
  await model.stop()
  return Array.from(vectors[0] ?? [])
}

const unit = (values: number[]) => values.map(value => value / Math.hypot(...values))

function expectClose(got: number[], wanted: number[]): void {
  expect(got).toHaveLength(wanted.length)
  wanted.forEach((value, at) => {
    expect(got[at]).toBeCloseTo(value, 5)
  })
}

describe('a static model', () => {
  it('adds up the weighted vectors of the tokens', async () => {
    const tensors = randomTensors()
    const codes = tensors.embeddings?.data as Int8Array
    const weights = tensors.weights?.data as Float32Array
    const rows = [...'abba'].map(letter => letter.charCodeAt(0))
    const sum = Array.from({ length: hidden }, (_, at) =>
      rows.reduce((total, row) => total + (weights[row] as number) * (codes[row * hidden + at] as number), 0),
    )
    expectClose(await vectorOf(staticFolder(tensors), 'abba'), unit(sum))
  })

  it.each([
    ['cut', (file: Uint8Array) => file.slice(0, -1)],
    ['no file of this format', () => Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127, 123)],
    ['empty', () => new Uint8Array()],
  ])('is refused when its file is %s', async (_, damage) => {
    const folder = staticFolder()
    const read = folder.read.bind(folder)
    const damaged: ModelFolder = {
      ...folder,
      read: async path => (path === 'model.safetensors' ? damage(await read(path)) : read(path)),
    }
    await expect(loadEmbeddingModel(damaged)).rejects.toMatchObject({ code: 'model-unavailable' })
  })

  it('is refused when a tensor lies outside the file, or there is no table', async () => {
    const weights = { type: 'F32' as const, shape: [2], data: Float32Array.of(1, 2) }
    await expect(loadEmbeddingModel(staticFolder({ weights }))).rejects.toMatchObject({
      code: 'model-unavailable',
    })
    const huge = { ...weights, shape: [2 ** 40, 8] }
    await expect(loadEmbeddingModel(staticFolder({ embeddings: huge }))).rejects.toMatchObject({
      code: 'model-unavailable',
    })
    expect(safetensors({ weights }).length).toBeGreaterThan(8)
  })
})

describe('an ONNX encoder', () => {
  const pooling = (key: string) => encoderFolder({ '1_Pooling/config.json': { [key]: true } })

  it('pools as its configuration says; the mean where it says nothing', async () => {
    const first = await vectorOf(pooling('pooling_mode_cls_token'), 'ab')
    const last = await vectorOf(pooling('pooling_mode_lasttoken'), 'ab')
    const mean = await vectorOf(pooling('pooling_mode_mean_tokens'), 'ab')
    expectClose(await vectorOf(encoderFolder(), 'ab'), mean)
    expect(first).not.toEqual(last)
    expect(mean).not.toEqual(first)
    await expect(loadEmbeddingModel(pooling('pooling_mode_max_tokens'))).rejects.toMatchObject({
      code: 'model-unavailable',
    })
  })

  it('reads no more tokens than it was made for', async () => {
    const folder = encoderFolder({ 'sentence_bert_config.json': { max_seq_length: 4 } })
    const model = await loadEmbeddingModel(folder)
    expect(model.info.contextLength).toBe(4)
    const { vectors, usage } = await model.embed({ texts: ['abcd', 'abcdefgh'] })
    expect(usage.inputTokens).toBe(8)
    expectClose(Array.from(vectors[1] ?? []), Array.from(vectors[0] ?? []))
    await model.stop()
  })

  it('answers no more once it was stopped, and many at once before', async () => {
    const model = await loadEmbeddingModel(encoderFolder())
    const answers = await Promise.all(['a', 'b', 'a'].map(text => model.embed({ texts: [text] })))
    expect(answers[2]?.vectors).toEqual(answers[0]?.vectors)
    await model.stop()
    await expect(model.embed({ texts: ['a'] })).rejects.toMatchObject({ code: 'model-unavailable' })
  })
})

describe('the embedding models of shelves', () => {
  function shelfOf(folder: ModelFolder): ModelShelf & { opened: number } {
    const shelf = {
      opened: 0,
      list: async () => [folder.card],
      open: async (modelId: ModelId) => {
        if (modelId !== folder.card.modelId) return undefined
        shelf.opened++
        return folder
      },
    }
    return shelf
  }
  const tiny = 'tiny' as ModelId

  it('are loaded once for all who ask', async () => {
    const shelf = shelfOf(staticFolder())
    const models = new EmbeddingModels({ shelves: [shelf], defaultModelId: tiny })
    const [a, b] = await Promise.all([models.load(), models.load(tiny)])
    expect(a).toBe(b)
    expect(shelf.opened).toBe(1)
    await models.stop()
    await expect(models.load()).rejects.toMatchObject({ code: 'model-unavailable' })
  })

  it('are not found under other names, and a failed load is tried again', async () => {
    const folder = staticFolder()
    const read = folder.read.bind(folder)
    let failures = 1
    const flaky: ModelFolder = {
      ...folder,
      read: path => (failures-- > 0 ? Promise.reject(new Error('no disk')) : read(path)),
    }
    const models = new EmbeddingModels({ shelves: [shelfOf(flaky)], defaultModelId: tiny })
    await expect(models.load('other' as ModelId)).rejects.toMatchObject({ code: 'not-found' })
    await expect(models.load()).rejects.toThrow('no disk')
    expect((await models.load()).info.dimensions).toBe(hidden)
    await models.stop()
  })
})
