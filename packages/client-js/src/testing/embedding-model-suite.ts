import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EmbeddingModel } from '../contracts/index.ts'

const sentence = 'the cat sat on the mat'
const others = ['a dog', 'rates of interest rose again in the spring, said the bank', 'x']

/** What every {@link EmbeddingModel} does. `create` gives a loaded one. */
export function embeddingModelSuite(name: string, create: () => Promise<EmbeddingModel>): void {
  describe(`${name} as an embedding model`, () => {
    let model: EmbeddingModel
    beforeAll(async () => {
      model = await create()
    })
    afterAll(() => model.stop())

    it('gives one vector of length 1 a text, in the order of the texts', async () => {
      const { vectors, modelId, usage } = await model.embed({ texts: [sentence, ...others] })
      expect(modelId).toBe(model.info.modelId)
      expect(vectors).toHaveLength(1 + others.length)
      for (const vector of vectors) {
        expect(vector).toHaveLength(model.info.dimensions)
        expect(Math.hypot(...vector)).toBeCloseTo(1, 4)
      }
      expect(usage.inputTokens).toBeGreaterThan(vectors.length)
    })

    it('gives a text the same vector whatever it is asked with', async () => {
      const alone = await model.embed({ texts: [sentence] })
      const together = await model.embed({ texts: [...others, sentence, ...others] })
      const twin = together.vectors[others.length] as Float32Array
      alone.vectors[0]?.forEach((value, at) => {
        expect(twin[at]).toBeCloseTo(value, 4)
      })
    })

    it('gives an empty text the vector of zeros', async () => {
      const { vectors } = await model.embed({ texts: ['', sentence] })
      expect(vectors[0]?.every(value => value === 0)).toBe(true)
      expect(vectors[0]).toHaveLength(model.info.dimensions)
    })

    it('keeps the first dimensions, at length 1, and has no more than it has', async () => {
      const dimensions = Math.ceil(model.info.dimensions / 2)
      const whole = (await model.embed({ texts: [sentence] })).vectors[0] as Float32Array
      const cut = (await model.embed({ texts: [sentence], dimensions })).vectors[0] as Float32Array
      const length = Math.hypot(...whole.slice(0, dimensions))
      expect(cut).toHaveLength(dimensions)
      cut.forEach((value, at) => {
        expect(value).toBeCloseTo((whole[at] as number) / length, 4)
      })
      const tooMany = model.embed({ texts: [sentence], dimensions: model.info.dimensions + 1 })
      await expect(tooMany).rejects.toMatchObject({ code: 'invalid-request' })
    })
  })
}
