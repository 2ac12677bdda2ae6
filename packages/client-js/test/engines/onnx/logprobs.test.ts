import { expect, it } from 'vitest'
import type { GenerateRequest, ModelEvent } from '../../../src/contracts/index.ts'
import { loadOnnxModel } from '../../../src/engines/onnx/index.ts'
import { collectModelEvents } from '../../../src/testing/model-suite.ts'
import { randomFolder } from './memory-folder.ts'

const request: GenerateRequest = {
  messages: [{ role: 'user', content: 'word '.repeat(8) }],
  maxOutputTokens: 4,
  temperature: 0,
  logprobs: 300,
}

const logprobsOf = (events: ModelEvent[]) =>
  events.flatMap(event => (event.type === 'text-delta' ? (event.logprobs ?? []) : []))

function usageOf(events: ModelEvent[]) {
  const last = events.at(-1)
  if (last?.type !== 'finished') throw new Error('the answer did not finish')
  return last.usage
}

it('every token of an answer has its log-probability, and those of all tokens add up to one', async () => {
  const model = await loadOnnxModel(randomFolder(7), { device: 'wasm' })
  const events = await collectModelEvents(model.generate(request))
  const tokens = logprobsOf(events)
  expect(tokens.length).toBe(usageOf(events).outputTokens)
  for (const { token, logprob, top = [] } of tokens) {
    expect(top.length).toBe(259)
    expect(top[0]).toEqual({ token, logprob })
    expect(top).toEqual([...top].sort((a, b) => b.logprob - a.logprob))
    expect(top.reduce((sum, entry) => sum + Math.exp(entry.logprob), 0)).toBeCloseTo(1, 4)
  }
  const plain = await collectModelEvents(model.generate({ ...request, logprobs: 0 }))
  expect(logprobsOf(plain).map(({ logprob }) => logprob)).toEqual(
    tokens.map(({ logprob }) => expect.closeTo(logprob, 4)),
  )
  expect(logprobsOf(plain).every(({ top }) => top === undefined)).toBe(true)
  const { logprobs: _, ...silent } = request
  expect(logprobsOf(await collectModelEvents(model.generate(silent)))).toEqual([])
  await model.stop()
})

it('usage tells how many tokens of the prompt had been read before', async () => {
  const model = await loadOnnxModel(randomFolder(7), { device: 'wasm' })
  const first = usageOf(await collectModelEvents(model.generate(request)))
  const second = usageOf(await collectModelEvents(model.generate(request)))
  await model.stop()
  expect(first.cachedInputTokens).toBe(0)
  expect(second.cachedInputTokens).toBe(second.inputTokens - 1)
})
