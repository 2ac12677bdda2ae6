import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadOnnxRuntime } from '#onnxruntime'
import { createRandom } from '../../../src/core/random.ts'
import { CausalDecoder } from '../../../src/engines/onnx/causal-decoder.ts'
import type { TokenRequest } from '../../../src/engines/onnx/generation.ts'
import { openDecoder } from '../../../src/engines/onnx/open-decoder.ts'
import type { SequenceDecoder } from '../../../src/engines/onnx/sequence-decoder.ts'
import { TokenGenerator } from '../../../src/engines/onnx/token-generator.ts'
import { WholeStateDecoder } from '../../../src/engines/onnx/whole-state-decoder.ts'
import { randomDecoder } from './random-decoder.ts'

const vocabularySize = 40
const config = { max_position_embeddings: 256, num_hidden_layers: 2 }
const weights = { graph: randomDecoder({ vocabularySize, seed: 5, heads: 3 }), externalData: [] }
const greedy = { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, random: () => 0 }
const system = Array.from({ length: 50 }, (_, index) => (index * 17 + 3) % vocabularySize)

const load = () => loadOnnxRuntime('wasm', {})

let plain: SequenceDecoder
let batched: SequenceDecoder

beforeAll(async () => {
  const runtime = await load()
  plain = new WholeStateDecoder(await CausalDecoder.create({ runtime, device: 'wasm', weights, config }))
  const opened = await openDecoder({ device: 'wasm', weights, config, load })
  batched = opened.decoder
}, 60_000)

afterAll(async () => {
  await plain.release()
  await batched.release()
})

function requestFor(promptIds: number[], maxTokens: number, seed?: number): TokenRequest {
  const sampling =
    seed === undefined ? greedy : { ...greedy, temperature: 1, topP: 0.9, random: createRandom(seed) }
  return { promptIds, maxTokens, endIds: new Set([7]), sampling }
}

async function collect(
  generator: TokenGenerator,
  request: TokenRequest,
  limit = Number.POSITIVE_INFINITY,
): Promise<number[]> {
  const ids: number[] = []
  for await (const { id } of generator.generate(request)) {
    ids.push(id)
    if (ids.length >= limit) break
  }
  return ids
}

/** The plain path: one sequence, nothing shared, nothing guessed. */
const reference = (request: TokenRequest) =>
  collect(new TokenGenerator({ decoder: plain, chunkSize: 64 }), request)

const anyIds = (maxLength: number) =>
  fc.array(fc.integer({ min: 0, max: vocabularySize - 1 }), { minLength: 1, maxLength })
const anyCall = fc.record({
  sharedLength: fc.constantFrom(0, 0, 35, 50),
  tail: anyIds(20),
  maxTokens: fc.integer({ min: 1, max: 24 }),
  seed: fc.option(fc.nat(1000), { nil: undefined }),
  /** Tokens of other answers to wait for before asking. */
  delay: fc.integer({ min: 0, max: 6 }),
  ending: fc.constantFrom('read', 'read', 'read', 'leave', 'abort'),
})
type Call = typeof anyCall extends fc.Arbitrary<infer T> ? T : never

function promptOf({ sharedLength, tail }: Call): number[] {
  return [...system.slice(0, sharedLength), ...tail]
}

async function perform(generator: TokenGenerator, call: Call): Promise<number[] | undefined> {
  for (let turn = 0; turn < call.delay; turn++) await new Promise(resolve => setImmediate(resolve))
  const request = requestFor(promptOf(call), call.maxTokens, call.seed)
  if (call.ending === 'read') return collect(generator, request)
  if (call.ending === 'leave') return collect(generator, request, 2).then(() => undefined)
  const controller = new AbortController()
  const read = collect(generator, { ...request, signal: controller.signal })
  setImmediate(() => controller.abort(new Error('enough')))
  await read.catch(() => {})
  return undefined
}

describe('a decoder for many sequences', () => {
  it('is what an ordinary graph gets', () => {
    expect(batched).toMatchObject({ isBatched: true, isDivisible: true })
  })

  it.each([
    ['with guesses', true],
    ['without guesses', false],
  ])(
    'gives every answer the tokens it has alone, whoever joins, leaves or aborts, %s',
    async (_, isSpeculating) => {
      const generator = new TokenGenerator({ decoder: batched, chunkSize: 16, isSpeculating })
      await fc.assert(
        fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 7 }), async calls => {
          const answers = await Promise.all(calls.map(call => perform(generator, call)))
          for (const [index, call] of calls.entries()) {
            if (answers[index] === undefined) continue
            expect(answers[index]).toEqual(
              await reference(requestFor(promptOf(call), call.maxTokens, call.seed)),
            )
          }
        }),
        { numRuns: 25, seed: 20261124 },
      )
      await generator.stop()
    },
    120_000,
  )

  it('reads what several prompts share once, also when they come at the same moment', async () => {
    const { decoder } = await openDecoder({ device: 'wasm', weights, config, load })
    const step = vi.spyOn(decoder, 'step')
    const generator = new TokenGenerator({ decoder, chunkSize: 16, isSpeculating: false })
    const start = Array.from({ length: 80 }, (_, index) => (index * 11 + 1) % vocabularySize)
    const cached: number[] = []
    const ask = (id: number) =>
      collect(generator, {
        ...requestFor([...start, id, id + 1], 4),
        endIds: new Set(),
        onStart: count => cached.push(count),
      })
    await Promise.all([1, 9, 17, 25].map(ask))
    await generator.stop()
    await decoder.release()
    const read = step.mock.calls.flatMap(([steps]) => steps.map(({ ids }) => ids.length))
    const prompts = 80 + 4 * 2
    expect(read.reduce((sum, count) => sum + count, 0)).toBe(prompts + 4 * 3)
    expect(cached).toEqual([0, 80, 80, 80])
  })
})
