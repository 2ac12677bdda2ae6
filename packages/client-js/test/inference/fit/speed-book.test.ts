import { expect, it } from 'vitest'
import type { ModelId, ModelInfo } from '../../../src/contracts/index.ts'
import { SpeedBook } from '../../../src/inference/fit/speed-book.ts'
import { TimedModel } from '../../../src/inference/fit/timed-model.ts'
import { MemoryStore } from '../../../src/stores/memory-store.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { ScriptedModel } from '../../../src/testing/scripted-model.ts'

const info: ModelInfo = {
  modelId: 'org/model' as ModelId,
  name: 'Model',
  engine: 'onnx',
  device: 'wasm',
  sizeBytes: 100,
  isLocal: true,
  supportsTools: false,
}

it('keeps what was learned, by device and weights', async () => {
  const store = new MemoryStore()
  const book = new SpeedBook(store)
  await book.learn(info, { prefill: 100, decode: 10 })
  await book.learn({ ...info, device: 'webgpu' }, { prefill: 1000, decode: 90 })
  const later = new SpeedBook(store)
  await later.open()
  expect(later.get(info)).toEqual({ prefill: 100, decode: 10 })
  const { device: _, ...unloaded } = info
  expect(later.get(unloaded)).toEqual({ prefill: 1000, decode: 90 })
  expect(later.get({ ...info, sizeBytes: 50 })).toBeUndefined()
  expect(later.get(info, 'peer')).toBeUndefined()
})

it('moves towards newer answers, and passes over what is no speed', async () => {
  const book = new SpeedBook()
  await book.learn(info, { prefill: 100, decode: 10 })
  await book.learn(info, { decode: 20 })
  await book.learn(info, { decode: Number.NaN, prefill: -1 })
  expect(book.get(info)).toEqual({ prefill: 100, decode: 13 })
})

it('ignores damaged entries of the store', async () => {
  const store = new MemoryStore()
  await store.put('model-speed/local/org%2Fmodel', [{ device: 'wasm', sizeBytes: 100, prefill: 'fast' }])
  const book = new SpeedBook(store)
  await book.open()
  expect(book.get(info)).toBeUndefined()
})

it('times the model and not its reader, and only answers that had it for themselves', async () => {
  const clock = new ManualClock()
  const samples: unknown[] = []
  const words = Array.from({ length: 11 }, (_, index) => `w${index}`).join(' ')
  const model = new ScriptedModel({ script: () => ({ text: words, gate: () => clock.advance(100) }) })
  const timed = new TimedModel(model, { clock, onSpeed: (_, sample) => samples.push(sample) })
  const request = { messages: [{ role: 'user' as const, content: 'a '.repeat(20) }] }
  for await (const _ of timed.generate(request)) clock.advance(5000)
  expect(samples).toEqual([{ prefill: 200, decode: 10 * (10 / 11) }])
  const one = timed.generate(request)[Symbol.asyncIterator]()
  await one.next()
  expect(timed.activeCount).toBe(1)
  for await (const _ of timed.generate(request));
  while (!(await one.next()).done);
  expect(samples).toHaveLength(1)
  expect(timed.activeCount).toBe(0)
})
