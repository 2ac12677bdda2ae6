import { GraphBuilder } from './graph-builder.ts'
import { FLOAT } from './onnx-graph.ts'

/**
 * A decoder whose next token depends on the last one only, so that a test decides every word. It keeps a cache
 * that it does not use, and has neither positions nor a choice of logits.
 *
 * @param next - token id by the token before it
 */
export function recitingDecoder(vocabularySize: number, next: ReadonlyMap<number, number>): Uint8Array {
  const g = new GraphBuilder()
  const table = new Float32Array(vocabularySize * vocabularySize)
  for (const [from, to] of next) table[from * vocabularySize + to] = 10
  g.decoderInputs()
  const ids = g.node('Cast', ['input_ids'], { to: FLOAT })
  const fresh = g.node('Unsqueeze', [ids, g.ints([1, 3])])
  for (const part of ['key', 'value']) {
    const past = g.input(`past_key_values.0.${part}`, FLOAT, ['batch_size', 1, 'past_sequence_length', 1])
    g.node('Concat', [past, fresh], { axis: 2 }, `present.0.${part}`)
    g.output(`present.0.${part}`, ['batch_size', 1, 'total_sequence_length', 1])
  }
  g.node('Gather', [g.floats(table, [vocabularySize, vocabularySize]), 'input_ids'], {}, 'logits')
  g.output('logits', ['batch_size', 'sequence_length', vocabularySize])
  return g.write()
}
