import { expect, it } from 'vitest'
import { loadOnnxRuntime } from '#onnxruntime'
import { createRandom } from '../../../src/core/random.ts'
import { expandWeights } from '../../../src/engines/onnx/graph/expand-weights.ts'
import { ModelGraph } from '../../../src/engines/onnx/graph/model-graph.ts'
import { expandedSize, findPacked } from '../../../src/engines/onnx/graph/packed-weights.ts'
import { FLOAT, type Graph, writeOnnx } from './onnx-graph.ts'

const [width, out, blockSize] = [96, 40, 32]
const blocks = width / blockSize
const random = createRandom(9)
const floats = (length: number) => Float32Array.from({ length }, () => random() * 2 - 1)
const bytes = (length: number) => Uint8Array.from({ length }, () => random() * 256)

function packedProduct(zeroPoints?: Float32Array | Uint8Array): Uint8Array {
  const constants: Graph['constants'] = [
    { name: 'codes', dims: [out, blocks, blockSize / 2], data: bytes((out * width) / 2) },
    { name: 'scales', dims: [out * blocks], data: floats(out * blocks) },
  ]
  if (zeroPoints) constants.push({ name: 'zero', dims: [zeroPoints.length], data: zeroPoints })
  const inputs = ['x', ...constants.map(({ name }) => name)]
  const attributes = { K: width, N: out, bits: 4, block_size: blockSize }
  return writeOnnx({
    nodes: [{ type: 'MatMulNBits', domain: 'com.microsoft', inputs, outputs: ['y'], attributes }],
    constants,
    inputs: [{ name: 'x', type: FLOAT, shape: ['rows', width] }],
    outputs: [{ name: 'y', type: FLOAT, shape: ['rows', out] }],
  })
}

async function multiply(
  file: Uint8Array,
  externalData: { path: string; data: Uint8Array }[],
  x: Float32Array,
) {
  const { InferenceSession, Tensor } = await loadOnnxRuntime('wasm', {})
  const session = await InferenceSession.create(file, { externalData })
  const { y } = await session.run({ x: new Tensor('float32', x, [x.length / width, width]) })
  await session.release()
  return y?.data as Float32Array
}

it.each([
  ['none', undefined],
  ['numbers', floats(out * blocks).map(value => value * 8)],
  ['packed', bytes(out * Math.ceil(blocks / 2))],
])(
  '4-bit weights with zero points %s become float32 weights with the same products',
  async (_, zeroPoints) => {
    const file = packedProduct(zeroPoints)
    const graph = new ModelGraph(file)
    const packed = findPacked(graph)
    expect(expandedSize(packed)).toBe(4 * width * out)
    const data = expandWeights(graph, packed, 'expanded')
    const written = graph.write()
    expect(written.length).toBeLessThan(file.length)
    const x = floats(3 * width)
    const expected = await multiply(file, [], x)
    const actual = await multiply(written, [{ path: 'expanded', data }], x)
    expect(actual.length).toBe(3 * out)
    for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 4)
  },
)

it('weights of a form it does not know stay as they are', () => {
  const file = packedProduct(bytes(out * 7))
  expect(findPacked(new ModelGraph(file))).toEqual([])
})
