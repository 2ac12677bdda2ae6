import { createRandom } from '../../../src/core/random.ts'
import { GraphBuilder } from './graph-builder.ts'
import { BOOL, FLOAT, INT64 } from './onnx-graph.ts'

export interface RandomDecoderOptions {
  vocabularySize: number
  seed: number
  layers?: number
  heads?: number
  headSize?: number
  contextLength?: number
}

/** A decoder with random weights: real attention over a key-value cache, no sense in what it says. */
export function randomDecoder(options: RandomDecoderOptions): Uint8Array {
  const { vocabularySize, seed, layers = 2, heads = 2, headSize = 8, contextLength = 256 } = options
  const hidden = heads * headSize
  const g = new GraphBuilder()
  const random = createRandom(seed)
  const matrix = (rows: number, columns: number) =>
    g.floats(
      Float32Array.from({ length: rows * columns }, () => random() * 2 - 1),
      [rows, columns],
    )
  g.decoderInputs()
  g.input('position_ids', INT64, ['batch_size', 'sequence_length'])
  g.input('num_logits_to_keep', INT64, [])
  const embedded = g.node('Gather', [matrix(vocabularySize, hidden), 'input_ids'])
  let x = g.node('Add', [embedded, g.node('Gather', [matrix(contextLength, hidden), 'position_ids'])])
  const bias = causalBias(g)
  const split = (flat: string) =>
    g.node('Transpose', [g.node('Reshape', [flat, g.ints([0, 0, heads, headSize])])], { perm: [0, 2, 1, 3] })
  for (let layer = 0; layer < layers; layer++) {
    const shape = ['batch_size', heads, 'past_sequence_length', headSize]
    const grown = (part: string, fresh: string) => {
      const past = g.input(`past_key_values.${layer}.${part}`, FLOAT, shape)
      g.output(`present.${layer}.${part}`, ['batch_size', heads, 'total_sequence_length', headSize])
      return g.node('Concat', [past, fresh], { axis: 2 }, `present.${layer}.${part}`)
    }
    const query = split(g.node('MatMul', [x, matrix(hidden, hidden)]))
    const key = grown('key', split(g.node('MatMul', [x, matrix(hidden, hidden)])))
    const value = grown('value', split(g.node('MatMul', [x, matrix(hidden, hidden)])))
    const scores = g.node('MatMul', [query, g.node('Transpose', [key], { perm: [0, 1, 3, 2] })])
    const scaled = g.node('Mul', [scores, g.floats(Float32Array.of(0.1), [1])])
    const shares = g.node('Softmax', [g.node('Add', [scaled, bias])], { axis: 3 })
    const mixed = g.node('Transpose', [g.node('MatMul', [shares, value])], { perm: [0, 2, 1, 3] })
    x = g.node('Tanh', [g.node('Add', [x, g.node('Reshape', [mixed, g.ints([0, 0, hidden])])])])
  }
  const start = g.node('Reshape', [g.node('Neg', ['num_logits_to_keep']), g.ints([1])])
  const kept = g.node('Slice', [x, start, g.ints([2 ** 40]), g.ints([1])])
  g.node('MatMul', [kept, matrix(hidden, vocabularySize)], {}, 'logits')
  g.output('logits', ['batch_size', 'kept_length', vocabularySize])
  return g.write()
}

/** 0 where a token may look, a large negative number elsewhere; float32 `[batch, 1, new, total]`. */
function causalBias(g: GraphBuilder): string {
  const scalar = (name: string) => g.node('Squeeze', [g.node('Shape', [name], { start: 1, end: 2 })])
  const total = scalar('attention_mask')
  const past = g.node('Sub', [total, scalar('input_ids')])
  const one = g.ints([1], [])
  const columns = g.node('Range', [g.ints([0], []), total, one])
  const rows = g.node('Reshape', [g.node('Range', [past, total, one]), g.ints([-1, 1])])
  const isEarlier = g.node('LessOrEqual', [columns, rows])
  const isShown = g.node('Unsqueeze', [g.node('Cast', ['attention_mask'], { to: BOOL }), g.ints([1, 2])])
  const isVisible = g.node('And', [isShown, isEarlier])
  return g.node('Where', [isVisible, g.floats(Float32Array.of(0), []), g.floats(Float32Array.of(-1e9), [])])
}
