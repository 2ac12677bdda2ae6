import { type AttributeValue, GraphNode, textOf, writeAttribute } from './graph-node.ts'
import {
  bytesField,
  readFields,
  readVarints,
  textField,
  varintField,
  type WireField,
  writeFields,
} from './wire.ts'

/** Numbers of TensorProto.DataType. */
export const tensorTypes = { float32: 1, uint8: 2, int8: 3, int64: 7 } as const

/** Text names a dimension. */
export type GraphShape = (number | string)[]

const field = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const
const graphField = 7
const nothing = new Uint8Array(0)

/**
 * The graph of an ONNX file, to be changed. Weights stay views of the file and are never decoded.
 *
 * @see onnx.proto3 of ONNX (ModelProto, GraphProto)
 */
export class ModelGraph {
  nodes: GraphNode[]
  readonly #model: WireField[]
  /** All but nodes and shapes of inner values, which a change would make wrong. */
  readonly #rest: WireField[]
  readonly #added: WireField[] = []
  #constants: Map<string, WireField[]> | undefined
  readonly #dropped = new Set<string>()
  #nameCount = 0

  /** @throws {RangeError} when `file` is no protobuf message */
  constructor(file: Uint8Array) {
    this.#model = readFields(file)
    const graph = this.#model.find(entry => entry.number === graphField)
    const fields = readFields(graph?.bytes ?? new Uint8Array(0))
    this.nodes = fields.filter(entry => entry.number === field.node).map(entry => GraphNode.read(entry.bytes))
    this.#rest = fields.filter(entry => entry.number !== field.node && entry.number !== field.valueInfo)
  }

  /** Of the default operator set. */
  get opset(): number {
    const versions = this.#model
      .filter(entry => entry.number === 8)
      .map(entry => readFields(entry.bytes))
      .filter(fields => !fields.some(({ number, bytes }) => number === 1 && bytes.length > 0))
      .map(fields => Number(fields.find(({ number }) => number === 2)?.varint ?? 0n))
    return versions[0] ?? 0
  }

  get inputNames(): string[] {
    return this.#rest.filter(entry => entry.number === field.input).map(nameOf)
  }

  inputShape(name: string): GraphShape | undefined {
    const input = this.#rest.find(entry => entry.number === field.input && nameOf(entry) === name)
    return input && shapeOf(input.bytes)
  }

  consumersOf(value: string): GraphNode[] {
    return this.nodes.filter(node => node.inputs.includes(value))
  }

  addInput(name: string, type: number, shape: GraphShape): string {
    this.#added.push(bytesField(field.input, writeValueInfo(name, type, shape)))
    return name
  }

  /** Says anew what an output looks like. */
  describeOutput(name: string, type: number, shape: GraphShape): void {
    const index = this.#rest.findIndex(entry => entry.number === field.output && nameOf(entry) === name)
    this.#rest[index] = bytesField(field.output, writeValueInfo(name, type, shape))
  }

  /** @param dims - absent for a list of `values`, empty for a scalar */
  ints(values: number[], dims: number[] = [values.length]): string {
    return this.#constant(tensorTypes.int64, dims, new Uint8Array(BigInt64Array.from(values, BigInt).buffer))
  }

  floats(values: number[], dims: number[] = [values.length]): string {
    return this.#constant(tensorTypes.float32, dims, new Uint8Array(Float32Array.from(values).buffer))
  }

  /** float32 in a file of its own, from `offset` bytes on. */
  external(path: string, dims: number[], offset: number): string {
    const name = this.freshName()
    const length = dims.reduce((product, dim) => product * dim, 4)
    const entry = ([key, value]: [string, string]) =>
      bytesField(13, writeFields([textField(1, key), textField(2, value)]))
    const place = Object.entries({ location: path, offset: String(offset), length: String(length) })
    const tensor = [
      ...dims.map(dim => varintField(1, dim)),
      varintField(2, tensorTypes.float32),
      textField(8, name),
      ...place.map(entry),
      varintField(14, 1),
    ]
    this.#added.push(bytesField(field.initializer, writeFields(tensor)))
    return name
  }

  /** A constant of the file whose bytes lie in the graph; undefined when there is no such. */
  constant(name: string): { type: number; data: Uint8Array } | undefined {
    this.#constants ??= new Map(
      this.#rest
        .filter(entry => entry.number === field.initializer)
        .map(entry => [constantName(entry), readFields(entry.bytes)]),
    )
    const fields = this.#constants.get(name)
    const raw = fields?.find(({ number }) => number === 9)
    const type = Number(fields?.find(({ number }) => number === 2)?.varint ?? 0n)
    return raw === undefined ? undefined : { type, data: raw.bytes }
  }

  /** A node of a standard operator, or of another `domain`, not in the graph yet; its only output gets a fresh name. */
  create(
    type: string,
    inputs: string[],
    attributes: Record<string, AttributeValue> = {},
    more: { domain?: string; outputs?: string[] } = {},
  ): GraphNode {
    const outputs = more.outputs ?? [this.freshName()]
    const written = Object.entries(attributes).map(([name, value]) => writeAttribute(name, value))
    return new GraphNode({
      type,
      inputs,
      outputs,
      attributes: written,
      domain: more.domain ?? '',
      name: this.freshName(),
    })
  }

  freshName(): string {
    return `lumos_${this.#nameCount++}`
  }

  /** Leaves constants of the file out where no node uses them any more. */
  drop(names: readonly string[]): void {
    const used = new Set(this.nodes.flatMap(node => node.inputs))
    for (const name of names) if (!used.has(name)) this.#dropped.add(name)
  }

  write(): Uint8Array {
    const isKept = (entry: WireField) =>
      entry.number !== field.initializer || !this.#dropped.has(constantName(entry))
    const graph = writeFields([
      ...this.nodes.map(node => bytesField(field.node, node.write())),
      ...this.#rest.filter(isKept),
      ...this.#added,
    ])
    return writeFields([
      ...this.#model.filter(entry => entry.number !== graphField),
      bytesField(graphField, graph),
    ])
  }

  #constant(type: number, dims: number[], raw: Uint8Array): string {
    const name = this.freshName()
    const tensor = [
      ...dims.map(dim => varintField(1, dim)),
      varintField(2, type),
      textField(8, name),
      bytesField(9, raw),
    ]
    this.#added.push(bytesField(field.initializer, writeFields(tensor)))
    return name
  }
}

function constantName(entry: WireField): string {
  return textOf(readFields(entry.bytes).find(({ number }) => number === 8) ?? { bytes: nothing })
}

function nameOf(entry: WireField): string {
  const name = readFields(entry.bytes).find(({ number }) => number === 1)
  return name === undefined ? '' : textOf(name)
}

/** ValueInfoProto: type (2) → tensor type (1) → shape (2) → dimensions (1), each a number (1) or a name (2). */
function shapeOf(valueInfo: Uint8Array): GraphShape {
  const inner = (message: Uint8Array, number: number) =>
    readFields(message).find(entry => entry.number === number)?.bytes ?? new Uint8Array(0)
  const shape = inner(inner(inner(valueInfo, 2), 1), 2)
  return readFields(shape).map(({ bytes }) => {
    const [dimension] = readFields(bytes)
    if (dimension === undefined) return ''
    return dimension.number === 1 ? Number(readVarints(dimension)[0]) : textOf(dimension)
  })
}

function writeValueInfo(name: string, type: number, shape: GraphShape): Uint8Array {
  const dims = shape.map(dim =>
    bytesField(1, writeFields([typeof dim === 'number' ? varintField(1, dim) : textField(2, dim)])),
  )
  const tensor = writeFields([varintField(1, type), bytesField(2, writeFields(dims))])
  return writeFields([textField(1, name), bytesField(2, writeFields([bytesField(1, tensor)]))])
}
