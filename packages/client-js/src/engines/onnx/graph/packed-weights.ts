import type { GraphNode } from './graph-node.ts'
import { type ModelGraph, tensorTypes } from './model-graph.ts'

/** A matrix of 4-bit codes: `(code - zero point) * scale` by blocks of a row. @see com.microsoft.MatMulNBits */
export interface PackedMatrix {
  node: GraphNode
  /** Columns of the product. */
  out: number
  /** Its inner dimension. */
  width: number
  blockSize: number
  /** uint8 `[out, blocks, blockSize / 2]`, the low half first. */
  codes: Uint8Array
  /** `[out, blocks]` */
  scales: Float32Array
  /** `[out, blocks]`; 8 where absent. */
  zeroPoints: Float32Array | undefined
}

/** Those whose numbers lie in the graph itself, and whose form we know. */
export function findPacked(graph: ModelGraph): PackedMatrix[] {
  return graph.nodes
    .filter(node => node.type === 'MatMulNBits')
    .map(node => read(graph, node))
    .filter(matrix => matrix !== undefined)
}

export function expandedSize(matrices: readonly PackedMatrix[]): number {
  return matrices.reduce((sum, { out, width }) => sum + 4 * out * width, 0)
}

function read(graph: ModelGraph, node: GraphNode): PackedMatrix | undefined {
  const value = (name: string) => node.ints(name)[0] ?? 0
  const [bits, blockSize, width, out] = ['bits', 'block_size', 'K', 'N'].map(value) as [
    number,
    number,
    number,
    number,
  ]
  const [, codesName = '', scalesName = '', zeroName = '', ...others] = node.inputs
  // Further inputs are an order of the blocks and a bias.
  if (bits !== 4 || blockSize < 2 || width % blockSize !== 0 || others.some(name => name !== ''))
    return undefined
  const count = (out * width) / blockSize
  const codes = graph.constant(codesName)
  const scales = floatsOf(graph, scalesName, count)
  const zeroPoints = zeroName === '' ? undefined : zeroPointsOf(graph, zeroName, out, width / blockSize)
  if (codes?.data.length !== (out * width) / 2 || scales === undefined) return undefined
  if (zeroName !== '' && zeroPoints === undefined) return undefined
  return { node, out, width, blockSize, codes: codes.data, scales, zeroPoints }
}

function floatsOf(graph: ModelGraph, name: string, count: number): Float32Array | undefined {
  const constant = graph.constant(name)
  if (constant?.type !== tensorTypes.float32 || constant.data.length !== 4 * count) return undefined
  // A copy: the bytes may lie at any offset, and a Buffer would only be viewed by slice().
  return new Float32Array(new Uint8Array(constant.data).buffer)
}

/** float32, or packed like the codes, each row filled up to a whole byte. */
function zeroPointsOf(
  graph: ModelGraph,
  name: string,
  out: number,
  blocks: number,
): Float32Array | undefined {
  const floats = floatsOf(graph, name, out * blocks)
  if (floats !== undefined) return floats
  const constant = graph.constant(name)
  const rowBytes = Math.ceil(blocks / 2)
  if (constant?.type !== tensorTypes.uint8 || constant.data.length !== out * rowBytes) return undefined
  const { data } = constant
  return Float32Array.from({ length: out * blocks }, (_, index) => {
    const block = index % blocks
    const byte = data[Math.floor(index / blocks) * rowBytes + (block >> 1)] as number
    return block % 2 === 0 ? byte & 15 : byte >> 4
  })
}
