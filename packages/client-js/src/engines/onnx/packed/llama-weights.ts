import type { JsonObject } from '../../../contracts/index.ts'
import { type ModelGraph, tensorTypes } from '../graph/model-graph.ts'

/** int8 `[out, width]` with one scale a row. */
export interface CodedMatrix {
  out: number
  width: number
  codes: Uint8Array
  scales: Float32Array
}

export interface LlamaLayer {
  inputNorm: Float32Array
  query: CodedMatrix
  key: CodedMatrix
  value: CodedMatrix
  output: CodedMatrix
  mlpNorm: Float32Array
  gate: CodedMatrix
  up: CodedMatrix
  down: CodedMatrix
}

/** A Llama-shaped decoder, embeddings tied. */
export interface LlamaWeights {
  hidden: number
  inner: number
  vocabulary: number
  heads: number
  keyHeads: number
  headSize: number
  epsilon: number
  attentionScale: number
  /** One per pair of a head's numbers. */
  inverseFrequencies: Float32Array
  embeddings: CodedMatrix
  norm: Float32Array
  layers: LlamaLayer[]
}

const product = ['Transpose', 'Cast', 'MatMul', 'Mul']
const byHead = ['Reshape', 'Transpose']
const layerTypes = [
  'SimplifiedLayerNormalization',
  ...[...product, 'RotaryEmbedding', ...byHead, 'Concat'],
  ...[...product, ...byHead, 'Concat'],
  ...[...product, 'RotaryEmbedding', ...byHead, 'Reshape', 'Mul'],
  ...['Transpose', 'MatMul', 'Add', 'Softmax', 'MatMul', 'Reshape', 'Transpose', 'Reshape'],
  ...[...product, 'Add', 'SimplifiedLayerNormalization'],
  ...[...product, 'Sigmoid', 'Mul', ...product, 'Mul', ...product, 'Add'],
]
const startTypes = ['Gather', 'Cast', 'Gather', 'Unsqueeze', 'Mul']
const endTypes = ['Neg', 'Reshape', 'Slice', 'SimplifiedLayerNormalization', ...product, 'Identity']

/**
 * The weights of a graph in the form our exporter (models/export) writes for 8-bit weights, and of no other: names,
 * shapes and the order of all operators must be those.
 */
export function readLlamaWeights(graph: ModelGraph, config: JsonObject): LlamaWeights | undefined {
  const number = (key: string) => (typeof config[key] === 'number' ? (config[key] as number) : Number.NaN)
  const [hidden, heads, layerCount] = [
    number('hidden_size'),
    number('num_attention_heads'),
    number('num_hidden_layers'),
  ]
  const shape = {
    hidden,
    heads,
    inner: number('intermediate_size'),
    vocabulary: number('vocab_size'),
    keyHeads: config.num_key_value_heads === undefined ? heads : number('num_key_value_heads'),
    headSize: config.head_dim === undefined ? hidden / heads : number('head_dim'),
    epsilon: number('rms_norm_eps'),
  }
  if (Object.values(shape).some(Number.isNaN) || !hasLayerTypes(graph, layerCount)) return undefined
  const read = new ConstantReader(graph)
  const weights = {
    ...shape,
    attentionScale: read.floats('attention_scale', 1)[0] ?? 0,
    inverseFrequencies: read.floats('inverse_frequencies', shape.headSize / 2),
    embeddings: read.matrix('model.embed_tokens', shape.vocabulary, hidden),
    norm: read.floats('model.norm.weight', hidden),
    layers: Array.from({ length: layerCount }, (_, index) => readLayer(read, index, shape)),
  }
  const isAligned = [hidden, shape.inner, shape.vocabulary, shape.keyHeads * shape.headSize].every(
    size => size % 32 === 0,
  )
  return read.isComplete && isAligned && shape.headSize % 16 === 0 ? weights : undefined
}

function hasLayerTypes({ nodes }: ModelGraph, layerCount: number): boolean {
  const layers = Array.from({ length: layerCount }, () => layerTypes).flat()
  const expected = [...startTypes, ...layers, ...endTypes]
  const types = nodes.map(({ type }) => type)
  return (
    types.slice(-expected.length).join() === expected.join() &&
    types.indexOf('Gather') + expected.length === types.length
  )
}

type Shape = Omit<LlamaWeights, 'layers' | 'embeddings' | 'norm' | 'attentionScale' | 'inverseFrequencies'>

function readLayer(read: ConstantReader, index: number, shape: Shape): LlamaLayer {
  const { hidden, inner, heads, keyHeads, headSize } = shape
  const name = `model.layers.${index}`
  return {
    inputNorm: read.floats(`${name}.input_layernorm.weight`, hidden),
    query: read.matrix(`${name}.self_attn.q_proj`, heads * headSize, hidden),
    key: read.matrix(`${name}.self_attn.k_proj`, keyHeads * headSize, hidden),
    value: read.matrix(`${name}.self_attn.v_proj`, keyHeads * headSize, hidden),
    output: read.matrix(`${name}.self_attn.o_proj`, hidden, heads * headSize),
    mlpNorm: read.floats(`${name}.post_attention_layernorm.weight`, hidden),
    gate: read.matrix(`${name}.mlp.gate_proj`, inner, hidden),
    up: read.matrix(`${name}.mlp.up_proj`, inner, hidden),
    down: read.matrix(`${name}.mlp.down_proj`, hidden, inner),
  }
}

/** Reads constants by name and remembers whether all were there, in the size they should have. */
class ConstantReader {
  isComplete = true
  readonly #graph: ModelGraph

  constructor(graph: ModelGraph) {
    this.#graph = graph
  }

  floats(name: string, count: number): Float32Array {
    return new Float32Array(new Uint8Array(this.#bytes(name, tensorTypes.float32, 4 * count)).buffer)
  }

  matrix(name: string, out: number, width: number): CodedMatrix {
    const codes = this.#bytes(`${name}.weight`, tensorTypes.int8, out * width)
    return { out, width, codes, scales: this.floats(`${name}.weight.scales`, out) }
  }

  #bytes(name: string, type: number, size: number): Uint8Array {
    const constant = this.#graph.constant(name)
    if (constant?.type === type && constant.data.length === size) return constant.data
    this.isComplete = false
    return new Uint8Array(0)
  }
}
