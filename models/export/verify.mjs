// Greedy decoding of reference/*.json by onnxruntime-web: `node verify.mjs MODEL.onnx REFERENCE_FOLDER`.
// Prints, per prompt, how many tokens agree, and the speed.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-web'

const [modelPath, folder] = process.argv.slice(2)
ort.env.wasm.numThreads = Number(process.env.THREADS ?? 2)
const started = performance.now()
const session = await ort.InferenceSession.create(readFileSync(modelPath), { executionProviders: ['wasm'] })
console.log(
  `session ${Math.round(performance.now() - started)} ms, rss ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
)
const caches = session.inputMetadata.filter(m => m.name.startsWith('past_key_values.'))
const int64 = (values, dims) => new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims)

function argmax(row) {
  let best = 0
  for (let i = 1; i < row.length; i++) if (row[i] > row[best]) best = i
  return best
}

async function greedy(prompt, count) {
  let past = Object.fromEntries(
    caches.map(m => [m.name, new ort.Tensor('float32', new Float32Array(0), [1, m.shape[1], 0, m.shape[3]])]),
  )
  let ids = prompt
  let length = 0
  const output = []
  const times = []
  while (output.length < count) {
    const from = performance.now()
    const result = await session.run({
      input_ids: int64(ids, [1, ids.length]),
      attention_mask: int64(new Array(length + ids.length).fill(1), [1, length + ids.length]),
      position_ids: int64(
        ids.map((_, i) => length + i),
        [1, ids.length],
      ),
      num_logits_to_keep: int64([1], []),
      ...past,
    })
    times.push(performance.now() - from)
    length += ids.length
    past = Object.fromEntries(caches.map(m => [m.name, result[m.name.replace('past_key_values', 'present')]]))
    ids = [argmax(result.logits.data)]
    output.push(ids[0])
  }
  return { output, prefill: times[0], decode: times.slice(1).reduce((a, b) => a + b, 0) / (times.length - 1) }
}

for (const file of readdirSync(folder).filter(f => f.endsWith('.json'))) {
  const reference = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const wanted = reference.output_token_ids.slice(0, Number(process.env.COUNT ?? Infinity))
  const { output, prefill, decode } = await greedy(reference.prompt_token_ids, wanted.length)
  const same = wanted.findIndex((id, i) => id !== output[i])
  console.log(
    `${file}: ${same < 0 ? wanted.length : same} of ${wanted.length} agree; prefill ${reference.prompt_token_ids.length} in ${Math.round(prefill)} ms, decode ${(1000 / decode).toFixed(1)} tok/s`,
  )
}
