import type { ModelEvent } from '@lomusai/client-js'
import { expect, it } from 'vitest'
import { chatChunks, chatCompletion } from '../src/openai/chat-chunks.ts'

const head = { id: 'chatcmpl-1', created: 1, model: 'm' }
const answer: ModelEvent[] = [
  {
    type: 'text-delta',
    text: 'é',
    logprobs: [
      {
        token: 'é',
        logprob: -0.5,
        top: [
          { token: 'é', logprob: -0.5 },
          { token: 'e', logprob: -2 },
        ],
      },
    ],
  },
  { type: 'text-delta', text: '!', logprobs: [{ token: '!', logprob: -1 }] },
  {
    type: 'finished',
    finishReason: 'stop',
    usage: { inputTokens: 9, outputTokens: 2, cachedInputTokens: 8 },
  },
]

async function* events(): AsyncGenerator<ModelEvent> {
  yield* answer
}

const first = {
  token: 'é',
  logprob: -0.5,
  bytes: [0xc3, 0xa9],
  top_logprobs: [
    { token: 'é', logprob: -0.5, bytes: [0xc3, 0xa9] },
    { token: 'e', logprob: -2, bytes: [0x65] },
  ],
}
const second = { token: '!', logprob: -1, bytes: [0x21], top_logprobs: [] }

it('a whole answer has the log-probabilities of all its tokens, and the cached ones of its prompt', async () => {
  expect(await chatCompletion(head, events())).toMatchObject({
    choices: [{ message: { content: 'é!' }, logprobs: { content: [first, second] } }],
    usage: { prompt_tokens: 9, prompt_tokens_details: { cached_tokens: 8 } },
  })
})

it('a streamed answer has them with the text they belong to', async () => {
  const chunks = await Array.fromAsync(chatChunks(head, events(), { includeUsage: true }))
  expect(chunks.slice(1, 3)).toMatchObject([
    { choices: [{ delta: { content: 'é' }, logprobs: { content: [first] } }] },
    { choices: [{ delta: { content: '!' }, logprobs: { content: [second] } }] },
  ])
  expect(chunks.at(-1)).toMatchObject({ usage: { prompt_tokens_details: { cached_tokens: 8 } } })
})
