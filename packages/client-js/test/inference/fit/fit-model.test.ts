import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceFacts } from '#platform'
import type { ModelId, ModelInfo } from '../../../src/contracts/index.ts'
import { curatedModels } from '../../../src/engines/model-folders/index.ts'
import { fitModel } from '../../../src/inference/fit/fit-model.ts'

const gigabyte = 2 ** 30
const laptop: DeviceFacts = { cores: 2, memoryBytes: 8 * gigabyte, storageBytes: 50 * gigabyte }
const gpu = { maxBufferBytes: 2 * gigabyte, hasFloat16: true }

function curated(name: string): ModelInfo {
  const card = curatedModels.find(model => model.name === name)
  if (card === undefined) throw new Error(`no ${name}`)
  return { ...card, engine: 'onnx' }
}

describe('fitModel', () => {
  it('says that a tiny model runs well on two cores, and a large one slowly', () => {
    expect(fitModel(curated('SmolLM2 135M'), laptop).fit).toMatchObject({
      verdict: 'runs-well',
      reason: 'estimated',
    })
    expect(fitModel(curated('SmolLM2 1.7B'), laptop).fit).toMatchObject({ verdict: 'runs-slowly' })
  })

  it('says what is missing: memory, room, WebGPU, 16-bit floats', () => {
    const phi = { ...curated('Phi-4 mini'), sizeBytes: 3.41e9 }
    const big: DeviceFacts = { cores: 8, memoryBytes: 32 * gigabyte, storageBytes: 50 * gigabyte }
    const reasonOn = (machine: DeviceFacts) => fitModel(phi, machine).fit.reason
    expect(reasonOn({ ...big, memoryBytes: 4 * gigabyte })).toBe('memory')
    expect(reasonOn({ ...big, storageBytes: gigabyte })).toBe('storage')
    expect(reasonOn(big)).toBe('webgpu')
    expect(reasonOn({ ...big, gpu: { ...gpu, hasFloat16: false } })).toBe('float16')
    expect(fitModel(phi, { ...big, gpu }).fit.verdict).toBe('runs-well')
  })

  it('needs no room for what is here', () => {
    const machine = { ...laptop, storageBytes: 0 }
    expect(fitModel(curated('SmolLM2 135M'), machine).fit.reason).toBe('storage')
    expect(fitModel({ ...curated('SmolLM2 135M'), isLocal: true }, machine).fit.verdict).toBe('runs-well')
  })

  it('believes what was measured more than any estimate', () => {
    const speed = { prefill: 20, decode: 2 }
    expect(fitModel(curated('SmolLM2 135M'), laptop, speed).fit).toEqual({
      verdict: 'runs-slowly',
      reason: 'measured',
      speed,
    })
  })

  it('never says that a larger model fits where a smaller does not, nor that it is faster', () => {
    const machine = fc.record({
      cores: fc.integer({ min: 1, max: 32 }),
      memoryBytes: fc.integer({ min: gigabyte / 2, max: 64 * gigabyte }),
      storageBytes: fc.integer({ min: 0, max: 64 * gigabyte }),
    })
    const size = fc.integer({ min: 1e6, max: 8e9 })
    fc.assert(
      fc.property(machine, size, size, (facts, one, other) => {
        const model = (sizeBytes: number): ModelInfo => ({
          modelId: 'm' as ModelId,
          name: 'm',
          engine: 'onnx',
          isLocal: false,
          supportsTools: false,
          sizeBytes,
        })
        const small = fitModel(model(Math.min(one, other)), facts).fit
        const large = fitModel(model(Math.max(one, other)), facts).fit
        if (small.verdict === 'does-not-fit') expect(large.verdict).toBe('does-not-fit')
        if (large.speed && small.speed) expect(large.speed.decode).toBeLessThanOrEqual(small.speed.decode)
      }),
    )
  })
})

describe('curatedModels', () => {
  it('names the licence, the size and the context of every model', () => {
    for (const card of curatedModels) {
      expect(card.license, card.name).toBeTruthy()
      expect(card.parameters, card.name).toBeGreaterThan(1e8)
      expect(card.contextLength, card.name).toBeGreaterThanOrEqual(8192)
    }
  })

  it('lists them smallest first, each once', () => {
    const sizes = curatedModels.map(({ parameters = 0 }) => parameters)
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b))
    expect(new Set(curatedModels.map(({ modelId }) => modelId)).size).toBe(curatedModels.length)
  })
})
