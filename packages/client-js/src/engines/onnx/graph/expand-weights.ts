import type { ModelGraph } from './model-graph.ts'
import type { PackedMatrix } from './packed-weights.ts'

/** Rows unpacked side by side, so that what is written lies together. */
const rowsAtOnce = 16

/**
 * Replaces products with packed 4-bit weights by ones with float32 weights of the same values. Where no kernel
 * multiplies packed weights, the runtime unpacks the whole matrix at every step.
 *
 * @param path - name of the file that the graph will look for its weights in
 * @returns the content of that file
 */
export function expandWeights(
  graph: ModelGraph,
  matrices: readonly PackedMatrix[],
  path: string,
): Uint8Array {
  const count = matrices.reduce((sum, { out, width }) => sum + out * width, 0)
  const values = new Float32Array(count)
  let offset = 0
  for (const matrix of matrices) {
    const { node, out, width } = matrix
    unpack(matrix, values.subarray(offset, offset + out * width))
    const weights = graph.external(path, [width, out], 4 * offset)
    const product = graph.create('MatMul', [node.inputs[0] as string, weights], {}, { outputs: node.outputs })
    graph.nodes[graph.nodes.indexOf(node)] = product
    offset += out * width
  }
  graph.drop(matrices.flatMap(({ node }) => node.inputs.slice(1)))
  return new Uint8Array(values.buffer)
}

/** @param target - float32 `[width, out]` */
function unpack(
  { out, width, blockSize, codes, scales, zeroPoints }: PackedMatrix,
  target: Float32Array,
): void {
  const blocks = width / blockSize
  for (let first = 0; first < out; first += rowsAtOnce) {
    const end = Math.min(out, first + rowsAtOnce)
    for (let column = 0; column < width; column += 2) {
      const block = Math.floor(column / blockSize)
      for (let row = first; row < end; row++) {
        const byte = codes[(row * width + column) >> 1] as number
        const scale = scales[row * blocks + block] as number
        const zero = zeroPoints === undefined ? 8 : (zeroPoints[row * blocks + block] as number)
        target[column * out + row] = ((byte & 15) - zero) * scale
        target[(column + 1) * out + row] = ((byte >> 4) - zero) * scale
      }
    }
  }
}
