import { FLOAT, type Graph, INT64, type Node, type ValueInfo, writeOnnx } from './onnx-graph.ts'

/** Collects nodes and constants; every call gives the name of a result. */
export class GraphBuilder {
  readonly #graph: Graph = { nodes: [], constants: [], inputs: [], outputs: [] }

  input(name: string, type: number, shape: ValueInfo['shape']): string {
    this.#graph.inputs.push({ name, type, shape })
    return name
  }

  output(name: string, shape: ValueInfo['shape']): void {
    this.#graph.outputs.push({ name, type: FLOAT, shape })
  }

  floats(data: Float32Array, dims: number[]): string {
    return this.#constant(data, dims)
  }

  ints(values: number[], dims = [values.length]): string {
    return this.#constant(BigInt64Array.from(values, BigInt), dims)
  }

  node(type: string, inputs: string[], attributes: Node['attributes'] = {}, output?: string): string {
    const name = output ?? `value_${this.#graph.nodes.length}`
    this.#graph.nodes.push({ type, inputs, outputs: [name], attributes })
    return name
  }

  write(): Uint8Array {
    return writeOnnx(this.#graph)
  }

  /** The inputs every decoder has. */
  decoderInputs(): void {
    this.input('input_ids', INT64, ['batch_size', 'sequence_length'])
    this.input('attention_mask', INT64, ['batch_size', 'total_sequence_length'])
  }

  #constant(data: Float32Array | BigInt64Array, dims: number[]): string {
    const name = `constant_${this.#graph.constants.length}`
    this.#graph.constants.push({ name, dims, data })
    return name
  }
}
