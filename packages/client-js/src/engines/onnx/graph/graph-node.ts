import {
  bytesField,
  readFields,
  readVarints,
  textField,
  varintField,
  type WireField,
  writeFields,
} from './wire.ts'

/** Whole numbers are ints, `{ float }` is a float. */
export type AttributeValue = number | number[] | { float: number }

/** A NodeProto. @see onnx.proto3 of ONNX */
export class GraphNode {
  readonly type: string
  readonly domain: string
  readonly name: string
  readonly inputs: string[]
  readonly outputs: string[]
  readonly #attributes: Uint8Array[]

  constructor(parts: {
    type: string
    inputs: string[]
    outputs: string[]
    domain?: string
    name?: string
    attributes?: Uint8Array[]
  }) {
    this.type = parts.type
    this.inputs = parts.inputs
    this.outputs = parts.outputs
    this.domain = parts.domain ?? ''
    this.name = parts.name ?? ''
    this.#attributes = parts.attributes ?? []
  }

  static read(message: Uint8Array): GraphNode {
    const fields = readFields(message)
    const texts = (number: number) => fields.filter(field => field.number === number).map(textOf)
    return new GraphNode({
      inputs: texts(1),
      outputs: texts(2),
      name: texts(3)[0] ?? '',
      type: texts(4)[0] ?? '',
      attributes: fields.filter(field => field.number === 5).map(field => field.bytes),
      domain: texts(7)[0] ?? '',
    })
  }

  write(): Uint8Array {
    return writeFields([
      ...this.inputs.map(name => textField(1, name)),
      ...this.outputs.map(name => textField(2, name)),
      textField(3, this.name),
      textField(4, this.type),
      ...this.#attributes.map(attribute => bytesField(5, attribute)),
      textField(7, this.domain),
    ])
  }

  /** The attribute's integers; empty when there is none of this name. */
  ints(name: string): number[] {
    const fields = this.#attribute(name) ?? []
    return fields
      .filter(field => field.number === 3 || field.number === 8)
      .flatMap(readVarints)
      .map(value => Number(BigInt.asIntN(64, value)))
  }

  #attribute(name: string): WireField[] | undefined {
    return this.#attributes
      .map(readFields)
      .find(fields => fields.some(field => field.number === 1 && textOf(field) === name))
  }
}

export function writeAttribute(name: string, value: AttributeValue): Uint8Array {
  const named = textField(1, name)
  if (typeof value === 'number') return writeFields([named, varintField(3, value), varintField(20, 2)])
  if (Array.isArray(value)) {
    return writeFields([named, ...value.map(item => varintField(8, item)), varintField(20, 7)])
  }
  const bytes = new Uint8Array(Float32Array.of(value.float).buffer)
  return writeFields([named, { number: 2, wireType: 5, varint: 0n, bytes }, varintField(20, 1)])
}

export function textOf({ bytes }: Pick<WireField, 'bytes'>): string {
  return new TextDecoder().decode(bytes)
}
