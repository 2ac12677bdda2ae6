/** Writes small ONNX files: protobuf by hand, as far as a decoder needs it. @see onnx.proto3 of ONNX */

export const FLOAT = 1
export const UINT8 = 2
export const INT64 = 7
export const BOOL = 9

type Field = number[] | Uint8Array

export interface ValueInfo {
  name: string
  type: number
  /** Text names a dimension. */
  shape: (number | string)[]
}

export interface Node {
  type: string
  inputs: string[]
  outputs: string[]
  domain?: string
  /** Whole numbers become ints, other numbers floats. */
  attributes?: Record<string, number | number[]>
}

export interface Graph {
  nodes: Node[]
  constants: { name: string; dims: number[]; data: Float32Array | BigInt64Array | Uint8Array }[]
  inputs: ValueInfo[]
  outputs: ValueInfo[]
}

export function writeOnnx(graph: Graph): Uint8Array {
  const opset = (domain: string, version: number) => bytes(8, [...text(1, domain), ...int(2, version)])
  return Uint8Array.from([
    ...int(1, 10),
    ...opset('', 21),
    ...opset('com.microsoft', 1),
    ...bytes(7, writeGraph(graph)),
  ])
}

function writeGraph({ nodes, constants, inputs, outputs }: Graph): number[] {
  return [
    ...nodes.flatMap(node => bytes(1, writeNode(node))),
    ...text(2, 'test'),
    ...constants.flatMap(({ name, dims, data }) =>
      bytes(5, [
        ...dims.flatMap(dim => int(1, dim)),
        ...int(2, typeOf(data)),
        ...text(8, name),
        ...bytes(9, new Uint8Array(data.buffer)),
      ]),
    ),
    ...inputs.flatMap(value => bytes(11, writeValue(value))),
    ...outputs.flatMap(value => bytes(12, writeValue(value))),
  ]
}

function typeOf(data: Float32Array | BigInt64Array | Uint8Array): number {
  if (data instanceof Uint8Array) return UINT8
  return data instanceof Float32Array ? FLOAT : INT64
}

function writeNode({ type, inputs, outputs, domain = '', attributes = {} }: Node): number[] {
  return [
    ...inputs.flatMap(name => text(1, name)),
    ...outputs.flatMap(name => text(2, name)),
    ...text(4, type),
    ...Object.entries(attributes).flatMap(([name, value]) => bytes(5, writeAttribute(name, value))),
    ...text(7, domain),
  ]
}

function writeAttribute(name: string, value: number | number[]): number[] {
  if (Array.isArray(value)) return [...text(1, name), ...value.flatMap(item => int(8, item)), ...int(20, 7)]
  if (Number.isInteger(value)) return [...text(1, name), ...int(3, value), ...int(20, 2)]
  return [...text(1, name), 0x15, ...new Uint8Array(Float32Array.of(value).buffer), ...int(20, 1)]
}

function writeValue({ name, type, shape }: ValueInfo): number[] {
  const dims = shape.flatMap(dim => bytes(1, typeof dim === 'number' ? int(1, dim) : text(2, dim)))
  return [...text(1, name), ...bytes(2, bytes(1, [...int(1, type), ...bytes(2, dims)]))]
}

function int(field: number, value: number): number[] {
  return [...varint(BigInt(field << 3)), ...varint(BigInt.asUintN(64, BigInt(value)))]
}

function text(field: number, value: string): number[] {
  return bytes(field, new TextEncoder().encode(value))
}

function bytes(field: number, content: Field): number[] {
  return [...varint(BigInt((field << 3) | 2)), ...varint(BigInt(content.length)), ...content]
}

function varint(value: bigint): number[] {
  const out: number[] = []
  let rest = value
  while (rest > 0x7fn) {
    out.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  out.push(Number(rest))
  return out
}
