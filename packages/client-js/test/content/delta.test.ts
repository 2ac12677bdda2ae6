import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { OnnxSeams } from '../../src/content/onnx-seams.ts'
import { SeededRandom } from '../fuzz/seeded-random.ts'
import { changeTensors, movedShare } from './delta.ts'
import { noise, onnxBytes, transformerTensors } from './onnx-bytes.ts'

const random = new SeededRandom(20_261_124)

it('moves at most 10% of the bytes when 5% of the tensors of a 57 MB model change', () => {
  const tensors = transformerTensors(12, 576)
  const before = onnxBytes(tensors)
  const { after, changedShare } = changeTensors(before, 0.05, random)
  const shares = movedShare(before, after)
  console.log(`scattered: ${percent(changedShare)} of the bytes changed; moved`, percents(shares))
  expect(shares.tensors).toBeLessThanOrEqual(0.1)
  expect(shares.tensors).toBeLessThan(shares.content)
})

it('moves at most 10% also when sizes shift: 5% of the tensors are replaced by larger ones', () => {
  const tensors = transformerTensors(12, 576)
  const large = tensors.flatMap((tensor, index) => (tensor.length > 2 ** 16 ? [index] : []))
  const chosen = new Set(large.filter((_, index) => index % 20 === 7))
  const grown = tensors.map((tensor, index) =>
    chosen.has(index) ? noise(Math.floor(tensor.length * 1.07), random) : tensor,
  )
  const shares = movedShare(onnxBytes(tensors), onnxBytes(grown, 'a longer producer'))
  console.log('shifted: moved', percents(shares))
  expect(shares.tensors).toBeLessThanOrEqual(0.1)
  expect(shares.fixed).toBeGreaterThan(0.5)
})

it('moves at most 10% of lumos-nano when 5% of its tensors change', async () => {
  const path = join(import.meta.dirname, '../../../../models/lumos-nano/onnx/model_int8.onnx')
  const before = await readFile(path)
  const seams = new OnnxSeams().push(before)
  expect(seams.length).toBeGreaterThan(4)
  const { after, changedShare } = changeTensors(before, 0.05, random)
  const shares = movedShare(before, after)
  console.log(`lumos-nano: ${percent(changedShare)} of the bytes changed; moved`, percents(shares))
  expect(shares.tensors).toBeLessThanOrEqual(0.1)
})

const percent = (share: number) => `${(100 * share).toFixed(1)}%`
const percents = (shares: Record<string, number>) =>
  Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, percent(share)]))
