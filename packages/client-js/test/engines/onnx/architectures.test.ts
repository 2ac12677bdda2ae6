import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as runtime from 'onnxruntime-web'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDecoder } from '../../../src/engines/onnx/open-decoder.ts'
import type { SequenceDecoder } from '../../../src/engines/onnx/sequence-decoder.ts'

interface Reference {
  prompt: number[]
  logits: number[]
  greedy: number[]
}

const folder = join(import.meta.dirname, 'architectures')
const json = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'))

function open(name: string): Promise<{ decoder: SequenceDecoder }> {
  return openDecoder({
    device: 'wasm',
    weights: { graph: readFileSync(join(folder, name, 'model.onnx')), externalData: [] },
    config: json(`${name}/config.json`),
    load: async () => runtime,
  })
}

const bestOf = (logits: Float32Array) => logits.indexOf(Math.max(...logits))

/** Reads `ids` by `chunkSize`, then writes `count` tokens greedily; where it began, and what it wrote. */
async function write(decoder: SequenceDecoder, ids: number[], count: number, chunkSize = 64) {
  const sequence = decoder.open(ids)
  const from = sequence.length
  const all = [...ids]
  let logits = new Float32Array()
  const read = async (part: number[]) => {
    const [result] = await decoder.step([{ sequence, ids: part, keep: 1 }])
    if (result === undefined || result instanceof Error) throw result
    logits = result[0] as Float32Array<ArrayBuffer>
  }
  for (let at = from; at < ids.length; at += chunkSize) await read(ids.slice(at, at + chunkSize))
  const first = logits
  for (let step = 0; step < count; step++) {
    const token = bestOf(logits)
    all.push(token)
    if (step < count - 1) await read([token])
  }
  decoder.close(sequence, all.slice(0, sequence.length))
  return { from, first, written: all.slice(ids.length) }
}

/** Random weights in the layouts of public exports; transformers computed the references (models/architectures). */
describe.each(['lfm2', 'qwen3', 'gemma3'])('a graph in the layout of %s', name => {
  const reference: Reference = json(`${name}/reference.json`)
  const { prompt, greedy } = reference
  let decoder: SequenceDecoder

  beforeAll(async () => {
    decoder = (await open(name)).decoder
  }, 60_000)
  afterAll(() => decoder.release())

  it.each([64, 7, 1])('computes as the reference does, by %d tokens at once', async chunkSize => {
    const fresh = (await open(name)).decoder
    const { first, written } = await write(fresh, prompt, greedy.length, chunkSize)
    await fresh.release()
    reference.logits.forEach((value, id) => {
      expect(Math.abs((first[id] as number) - value)).toBeLessThan(2e-3)
    })
    expect(written).toEqual(greedy)
  })

  it('goes on from an earlier conversation as if it had read all anew', async () => {
    const turn = [...prompt, ...greedy.slice(0, 8), 10, 65, 66, 67]
    const fresh = (await open(name)).decoder
    const wanted = await write(fresh, turn, 12)
    await fresh.release()
    await write(decoder, prompt, 9)
    const again = await write(decoder, turn, 12)
    expect(again.from).toBeGreaterThanOrEqual(prompt.length)
    expect(again.written).toEqual(wanted.written)
  })

  it('keeps sequences that are read by turns apart', async () => {
    const other = prompt.map(id => (id * 7) % 250)
    const fresh = (await open(name)).decoder
    const wanted = await write(fresh, other, 6)
    await fresh.release()
    const [a, b] = [decoder.open([...other, 1]), decoder.open([...prompt, 2])]
    for (let at = Math.min(a.length, b.length); at < prompt.length; at += 5) {
      for (const [sequence, ids] of [
        [a, other],
        [b, prompt],
      ] as const) {
        const part = ids.slice(Math.max(at, sequence.length), at + 5)
        if (part.length > 0) await decoder.step([{ sequence, ids: part, keep: 1 }])
      }
    }
    decoder.close(a, other)
    decoder.close(b, prompt)
    const alone = await write(decoder, other, 6)
    expect(alone.written).toEqual(wanted.written)
  })
})

describe('a hybrid state', () => {
  it('is found again where a chunk of a prompt ended, by all who begin alike', async () => {
    const { decoder } = await open('lfm2')
    const shared = Array.from({ length: 40 }, (_, index) => (index * 37 + 11) % 250)
    const agents = [1, 2, 3].map(agent => [...shared, agent, agent + 60, agent + 120])
    const results = []
    for (const ids of agents) results.push(await write(decoder, ids, 8, 8))
    await decoder.release()
    expect(results.map(({ from }) => from)).toEqual([0, 40, 40])
    for (const [index, ids] of agents.entries()) {
      const fresh = (await open('lfm2')).decoder
      expect(results[index]?.written).toEqual((await write(fresh, ids, 8)).written)
      await fresh.release()
    }
  })
})
