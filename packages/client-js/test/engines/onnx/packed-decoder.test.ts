import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOnnxRuntime } from '#onnxruntime'
import { createRandom } from '../../../src/core/random.ts'
import { CausalDecoder } from '../../../src/engines/onnx/causal-decoder.ts'
import type { TokenRequest } from '../../../src/engines/onnx/generation.ts'
import { ModelGraph } from '../../../src/engines/onnx/graph/model-graph.ts'
import { openDecoder } from '../../../src/engines/onnx/open-decoder.ts'
import { plainCode } from '../../../src/engines/onnx/packed/kernel-code.generated.ts'
import { loadKernels } from '../../../src/engines/onnx/packed/kernels.ts'
import { type LlamaWeights, readLlamaWeights } from '../../../src/engines/onnx/packed/llama-weights.ts'
import { openPackedDecoder } from '../../../src/engines/onnx/packed/open-packed-decoder.ts'
import { PackedDecoder } from '../../../src/engines/onnx/packed/packed-decoder.ts'
import { PackedNetwork } from '../../../src/engines/onnx/packed/packed-network.ts'
import type { SequenceDecoder } from '../../../src/engines/onnx/sequence-decoder.ts'
import { TokenGenerator } from '../../../src/engines/onnx/token-generator.ts'
import { WholeStateDecoder } from '../../../src/engines/onnx/whole-state-decoder.ts'
import { randomDecoder } from './random-decoder.ts'

/** Real weights in the form of our exporter: they lie in the repository. */
const folder = join(import.meta.dirname, '../../../../../models/lumos-nano')
const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
const weights = { graph: readFileSync(join(folder, 'onnx/model_int8.onnx')), externalData: [] }
const vocabularySize = config.vocab_size as number
const greedy = { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, random: () => 0 }
const load = () => loadOnnxRuntime('wasm', {})
const system = Array.from({ length: 70 }, (_, index) => (index * 1709 + 3) % vocabularySize)

let plain: SequenceDecoder
let packed: SequenceDecoder

beforeAll(async () => {
  const runtime = await load()
  plain = new WholeStateDecoder(await CausalDecoder.create({ runtime, device: 'wasm', weights, config }))
  packed = (await openDecoder({ device: 'wasm', weights, config, load })).decoder
}, 60_000)

afterAll(async () => {
  await plain.release()
  await packed.release()
})

/** Logits after the last of `ids`, read in pieces of `cuts` tokens. */
async function read(decoder: SequenceDecoder, ids: readonly number[], cuts: readonly number[]) {
  const sequence = decoder.open([ids[0] as number])
  let logits: Float32Array | undefined
  for (const cut of [...cuts, ids.length]) {
    const piece = ids.slice(sequence.length, sequence.length + cut)
    if (piece.length === 0) continue
    const [result] = await decoder.step([{ sequence, ids: piece, keep: 1 }])
    logits = (result as Float32Array[])[0]
  }
  decoder.close(sequence, [])
  return logits as Float32Array
}

const anyIds = (minLength: number, maxLength: number) =>
  fc.array(fc.nat(vocabularySize - 1), { minLength, maxLength })

describe('a packed decoder', () => {
  it('reads graphs of our exporter, and no others', async () => {
    expect(packed).toBeInstanceOf(PackedDecoder)
    const other = { graph: randomDecoder({ vocabularySize: 40, seed: 1 }), externalData: [] }
    expect(await openPackedDecoder(other, config)).toBeUndefined()
    expect(await openPackedDecoder(weights, { ...config, hidden_size: 256 })).toBeUndefined()
    expect(await openPackedDecoder(weights, { ...config, num_hidden_layers: 5 })).toBeUndefined()
  })

  it('computes what onnxruntime computes, but for rounding', async () => {
    await fc.assert(
      fc.asyncProperty(anyIds(1, 90), async ids => {
        const expected = await read(plain, ids, [])
        const actual = await read(packed, ids, [])
        const spread = Math.max(...expected) - Math.min(...expected)
        const worst = Math.max(...expected.map((value, id) => Math.abs(value - (actual[id] as number))))
        expect(worst).toBeLessThan(1e-5 * spread)
      }),
      { numRuns: 12, seed: 20261124 },
    )
  })

  it('computes the same, but for rounding, where WASM has no fused multiply-add', async () => {
    const llama = readLlamaWeights(new ModelGraph(weights.graph), config) as LlamaWeights
    const network = new PackedNetwork(await loadKernels(plainCode), llama, 2048)
    const decoder = new PackedDecoder({ network, contextLength: 2048 })
    const [expected, actual] = [await read(packed, system, []), await read(decoder, system, [20])]
    const spread = Math.max(...expected) - Math.min(...expected)
    const differences = expected.map((value, id) => Math.abs(value - (actual[id] as number)))
    expect(Math.max(...differences)).toBeLessThan(1e-5 * spread)
    expect(Math.max(...differences)).toBeGreaterThan(0)
  })

  it('gives the same bits however a text is cut and whoever is computed beside it', async () => {
    const anyCuts = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(anyIds(2, 120), anyCuts, anyIds(1, 30), async (ids, cuts, others) => {
        const whole = await read(packed, ids, [])
        expect(await read(packed, ids, cuts)).toEqual(whole)
        const [sequence, neighbour] = [packed.open([0]), packed.open([1])]
        await packed.step([{ sequence, ids: ids.slice(0, -1), keep: 1 }])
        const results = await packed.step([
          { sequence: neighbour, ids: others, keep: 1 },
          { sequence, ids: ids.slice(-1), keep: 1 },
        ])
        expect((results[1] as Float32Array[])[0]).toEqual(whole)
        packed.close(sequence, [])
        packed.close(neighbour, [])
      }),
      { numRuns: 15, seed: 20261124 },
    )
  })

  it('reads in one step what is longer than a run, and lets its memory go when it is released', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => (index * 31 + 7) % vocabularySize)
    const decoder = (await openPackedDecoder(weights, config)) as PackedDecoder
    const sequence = decoder.open(ids)
    const [logits] = await decoder.step([{ sequence, ids, keep: 2 }])
    expect((logits as Float32Array[])[1]).toEqual(await read(packed, ids, [100, 200, 7, 250]))
    expect((logits as Float32Array[])[0]).toEqual(await read(packed, ids.slice(0, -1), [250, 250]))
    await decoder.release()
    const [after] = await decoder.step([{ sequence, ids: [1], keep: 1 }])
    expect(after).toMatchObject({ code: 'inference-failed' })
    decoder.close(sequence, [])
    expect(decoder.known(ids)).toBe(0)
  })

  it('gives the same bits behind a start that another read, also when that one reads on and forgets', async () => {
    const start = system.slice(0, 41)
    const [first, second] = [
      [...start, 5, 6, 7],
      [...start, 8, 9, 10, 11],
    ]
    const alone = await read(packed, second, [])
    const reader = packed.open(first)
    await packed.step([{ sequence: reader, ids: first, keep: 1 }])
    packed.share(reader, first.slice(0, start.length))
    const follower = packed.open(second)
    expect(follower.length).toBe(start.length)
    packed.rewind(reader, 30)
    await packed.step([{ sequence: reader, ids: Array.from({ length: 30 }, (_, index) => index), keep: 1 }])
    const [logits] = await packed.step([{ sequence: follower, ids: second.slice(start.length), keep: 1 }])
    expect((logits as Float32Array[])[0]).toEqual(alone)
    packed.close(reader, [])
    packed.close(follower, [])
  })

  it('keeps no more than it may', async () => {
    const decoder = (await openPackedDecoder(weights, config, 0)) as PackedDecoder
    const sequence = decoder.open(system)
    await decoder.step([{ sequence, ids: system, keep: 1 }])
    decoder.close(sequence, system)
    expect(decoder.known(system)).toBe(0)
    const kept = packed.open(system)
    await packed.step([{ sequence: kept, ids: system.slice(kept.length), keep: 1 }])
    packed.close(kept, system)
    expect(packed.known([...system, 1])).toBe(system.length)
  })
})

const anyCall = fc.record({
  sharedLength: fc.constantFrom(0, 35, 70),
  tail: anyIds(1, 20),
  maxTokens: fc.integer({ min: 1, max: 12 }),
  seed: fc.option(fc.nat(1000), { nil: undefined }),
  delay: fc.integer({ min: 0, max: 6 }),
  isLeft: fc.boolean(),
})
type Call = typeof anyCall extends fc.Arbitrary<infer T> ? T : never

describe('answers of a packed decoder', () => {
  it.each([true, false])(
    'are the same alone and together, whoever joins and leaves; guesses: %s',
    async isSpeculating => {
      const apart = (await openPackedDecoder(weights, config, 0)) as PackedDecoder
      const generator = new TokenGenerator({ decoder: packed, chunkSize: 16, isSpeculating })
      const alone = new TokenGenerator({ decoder: apart, chunkSize: 64, isSpeculating: false })
      await fc.assert(
        fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 6 }), async calls => {
          const together = calls.map(async call => {
            for (let turn = 0; turn < call.delay; turn++) await new Promise(resolve => setImmediate(resolve))
            return collect(generator, requestOf(call), call.isLeft ? 2 : undefined)
          })
          for (const [index, answer] of (await Promise.all(together)).entries()) {
            const call = calls[index] as Call
            const expected = await collect(alone, requestOf(call))
            expect(answer).toEqual(call.isLeft ? expected.slice(0, 2) : expected)
          }
        }),
        { numRuns: 15, seed: 20261124 },
      )
      await generator.stop()
      await alone.stop()
    },
    120_000,
  )
})

function requestOf({ sharedLength, tail, maxTokens, seed }: Call): TokenRequest {
  const promptIds = [...system.slice(0, sharedLength), ...tail]
  const sampling = seed === undefined ? greedy : { ...greedy, temperature: 1, random: createRandom(seed) }
  return { promptIds, endIds: new Set([1]), maxTokens, sampling }
}

async function collect(generator: TokenGenerator, request: TokenRequest, limit = 99): Promise<number[]> {
  const ids: number[] = []
  for await (const { id } of generator.generate(request)) if (ids.push(id) >= limit) break
  return ids
}
