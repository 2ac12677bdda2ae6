import { createRandom } from '../../../src/core/random.ts'
import type { ModelFolder } from '../../../src/engines/model-folders/index.ts'
import { GraphBuilder } from '../onnx/graph-builder.ts'
import { memoryFolder, tinyTokenizer } from '../onnx/memory-folder.ts'
import { FLOAT, INT64 } from '../onnx/onnx-graph.ts'

const vocabularySize = 259
export const hidden = 8

interface TestTensor {
  type: 'F32' | 'I8' | 'I64'
  shape: number[]
  data: Float32Array | Int8Array | BigInt64Array
}

/** A `.safetensors` file. */
export function safetensors(tensors: Record<string, TestTensor>): Uint8Array {
  let end = 0
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { type, shape, data }]) => {
      const start = end
      end += data.byteLength
      return [name, { dtype: type, shape, data_offsets: [start, end] }]
    }),
  )
  const text = new TextEncoder().encode(JSON.stringify(header))
  const length = new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer)
  const parts = Object.values(tensors).map(({ data }) => new Uint8Array(data.buffer))
  return Uint8Array.from([length, text, ...parts].flatMap(part => [...part]))
}

/** One random vector a byte, in Model2Vec's layout. */
export function staticFolder(tensors = randomTensors()): ModelFolder {
  return memoryFolder({
    'config.json': { model_type: 'model2vec', hidden_dim: hidden },
    'tokenizer.json': tinyTokenizer(),
    'model.safetensors': safetensors(tensors),
  })
}

export function randomTensors(): Record<string, TestTensor> {
  const random = createRandom(7)
  const codes = Int8Array.from({ length: vocabularySize * hidden }, () => random() * 255 - 127)
  const weights = Float32Array.from({ length: vocabularySize }, () => 0.1 + random())
  return {
    embeddings: { type: 'I8', shape: [vocabularySize, hidden], data: codes },
    weights: { type: 'F32', shape: [vocabularySize], data: weights },
  }
}

/** A random encoder of one attention layer, in the layout of sentence-transformers' ONNX exports. */
export function encoderFolder(more: Record<string, object> = {}): ModelFolder {
  return memoryFolder({
    'config.json': { model_type: 'bert', hidden_size: hidden, max_position_embeddings: 24 },
    'tokenizer.json': tinyTokenizer(),
    'onnx/model.onnx': randomEncoder(),
    ...more,
  })
}

function randomEncoder(): Uint8Array {
  const g = new GraphBuilder()
  const random = createRandom(5)
  const matrix = (rows: number, columns: number) =>
    g.floats(
      Float32Array.from({ length: rows * columns }, () => random() * 2 - 1),
      [rows, columns],
    )
  for (const name of ['input_ids', 'attention_mask', 'token_type_ids'])
    g.input(name, INT64, ['batch', 'sequence'])
  const types = g.node('Gather', [matrix(2, hidden), 'token_type_ids'])
  const x = g.node('Add', [g.node('Gather', [matrix(vocabularySize, hidden), 'input_ids']), types])
  const mask = g.node('Unsqueeze', [g.node('Cast', ['attention_mask'], { to: FLOAT }), g.ints([1])])
  const hides = g.node('Sub', [mask, g.floats(Float32Array.of(1), [1])])
  const bias = g.node('Mul', [hides, g.floats(Float32Array.of(1e9), [1])])
  const scores = g.node('MatMul', [x, g.node('Transpose', [x], { perm: [0, 2, 1] })])
  const shares = g.node('Softmax', [g.node('Add', [scores, bias])], { axis: 2 })
  const mixed = g.node('MatMul', [g.node('MatMul', [shares, x]), matrix(hidden, hidden)])
  g.node('Tanh', [g.node('Add', [x, mixed])], {}, 'last_hidden_state')
  g.output('last_hidden_state', ['batch', 'sequence', hidden])
  return g.write()
}
