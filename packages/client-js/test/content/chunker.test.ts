import { describe, expect, it } from 'vitest'
import { Chunker, cutting } from '../../src/content/chunker.ts'
import { OnnxSeams } from '../../src/content/onnx-seams.ts'
import { byteMutations } from '../fuzz/mutate-bytes.ts'
import { SeededRandom } from '../fuzz/seeded-random.ts'
import { noise, onnxBytes, transformerTensors } from './onnx-bytes.ts'

const random = new SeededRandom(20_261_124)

/** The chunks of `bytes`, given in pieces of these sizes, over and over. */
function cut(bytes: Uint8Array, pieceSizes: number[] = [bytes.length]): Uint8Array[] {
  const chunker = new Chunker()
  const seams = new OnnxSeams()
  const chunks: Uint8Array[] = []
  for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
    const piece = bytes.subarray(offset, offset + (pieceSizes[turn % pieceSizes.length] as number))
    chunks.push(...chunker.push(piece, seams.push(piece)))
    offset += piece.length
  }
  return [...chunks, chunker.finish()].filter(chunk => chunk !== undefined)
}

const sizes = (chunks: Uint8Array[]) => chunks.map(chunk => chunk.length)
const keys = (chunks: Uint8Array[]) => new Set(chunks.map(chunk => Buffer.from(chunk).toString('latin1')))

describe('cutting', () => {
  const bytes = noise(12 * 2 ** 20, random)

  it('loses nothing, and keeps to its sizes', () => {
    const chunks = cut(bytes)
    expect(Buffer.compare(Buffer.concat(chunks), bytes)).toBe(0)
    expect(Math.max(...sizes(chunks))).toBeLessThanOrEqual(cutting.maximum)
    expect(Math.min(...sizes(chunks.slice(0, -1)))).toBeGreaterThanOrEqual(cutting.minimum)
    const mean = bytes.length / chunks.length
    expect(mean).toBeGreaterThan(0.75 * 2 ** 20)
    expect(mean).toBeLessThan(1.5 * 2 ** 20)
  })

  it('does not depend on how the bytes arrive', () => {
    const whole = sizes(cut(bytes))
    expect(sizes(cut(bytes, [65_536]))).toEqual(whole)
    expect(sizes(cut(bytes, [1, 70_001, 3, 1_048_577]))).toEqual(whole)
  })

  it.each([
    ['inserted', (place: number) => [bytes.subarray(0, place), noise(777, random), bytes.subarray(place)]],
    ['removed', (place: number) => [bytes.subarray(0, place), bytes.subarray(place + 777)]],
    ['changed', (place: number) => [bytes.subarray(0, place), noise(9, random), bytes.subarray(place + 9)]],
  ])('changes few chunks where bytes are %s', (_, edit) => {
    const before = keys(cut(bytes))
    for (let turn = 0; turn < 3; turn++) {
      const after = cut(Buffer.concat(edit(random.below(bytes.length - 1000))))
      expect(after.filter(chunk => !before.has(Buffer.from(chunk).toString('latin1'))).length).toBeLessThan(5)
    }
  })

  it('of nothing gives nothing', () => {
    expect(cut(new Uint8Array())).toEqual([])
  })

  it('of zeros cuts at the maximum', () => {
    const chunks = sizes(cut(new Uint8Array(5 * 2 ** 20)))
    expect(chunks).toEqual([cutting.maximum, cutting.maximum, 2 ** 20])
  })
})

describe('seams of an ONNX file', () => {
  const tensors = transformerTensors(3, 384)

  it('lie where large tensors begin and end, however the bytes arrive', () => {
    const file = onnxBytes(tensors)
    const expected = tensors
      .filter(tensor => tensor.length >= cutting.tensor)
      .flatMap(tensor => {
        const start = Buffer.from(file).indexOf(tensor)
        return [start, start + tensor.length]
      })
    expect(new OnnxSeams().push(file)).toEqual(expected)
    const seams = new OnnxSeams()
    const found: number[] = []
    for (let offset = 0; offset < file.length; offset += 997)
      found.push(...seams.push(file.subarray(offset, offset + 997)))
    expect(found).toEqual(expected)
  })

  it('make a tensor of its own blocks, whatever stands around it', () => {
    const before = keys(cut(onnxBytes(tensors)))
    const [first, ...others] = tensors as [Uint8Array, ...Uint8Array[]]
    const after = cut(
      onnxBytes([noise(150_000, random), first, noise(99_999, random), ...others], 'another producer'),
    )
    const fresh = after.filter(chunk => !before.has(Buffer.from(chunk).toString('latin1')))
    expect(fresh.reduce((sum, chunk) => sum + chunk.length, 0)).toBeLessThan(400_000)
  })

  it('are none in what is no ONNX file, and no mutation of one loses a byte or hangs', () => {
    expect(new OnnxSeams().push(Buffer.from('GGUF and so on'.repeat(1000)))).toEqual([])
    const file = onnxBytes(transformerTensors(1, 192))
    const mutations = Object.values(byteMutations)
    for (let turn = 0; turn < 300; turn++) {
      let mutated = file
      for (let count = 0; count <= turn % 3; count++) mutated = random.pick(mutations)(mutated, random)
      expect(Buffer.compare(Buffer.concat(cut(mutated)), mutated)).toBe(0)
    }
  })
})
