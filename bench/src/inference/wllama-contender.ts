import type { RawCompletionChunk, Wllama } from '@wllama/wllama/esm/index.js'
import type { Answer, Contender, ContenderOptions, ContenderSpec, Question } from './contender.ts'
import { Stopwatch } from './stopwatch.ts'

/** Tokens that all conversations together may hold: 8 of 1,600. */
const contextLength = 16_384

/**
 * llama.cpp's server, compiled to WASM: a slot a conversation, continuous batching, and each slot keeps the prompt it
 * read last. It needs web workers, so it runs in pages only.
 */
export async function openWllama(
  wllama: Wllama,
  spec: ContenderSpec,
  { modelFolder, threadCount, agentCount }: ContenderOptions,
): Promise<Contender> {
  const response = await fetch(`${modelFolder}/gguf/${spec.weights}.gguf`)
  if (!response.ok) throw new Error(`gguf/${spec.weights}.gguf: status ${response.status}`)
  await wllama.loadModel([await response.blob()], {
    n_threads: threadCount,
    n_gpu_layers: 0,
    n_ctx: contextLength,
    n_parallel: agentCount,
    kv_unified: true,
    cont_batching: true,
  })
  return { answer: question => answer(wllama, question), forget() {}, stop: () => wllama.exit() }
}

async function answer(wllama: Wllama, { messages, maxTokens }: Question): Promise<Answer> {
  const watch = new Stopwatch()
  const chunks: RawCompletionChunk[] = []
  await wllama.createCompletion({
    prompt: chatMl(messages),
    max_tokens: maxTokens,
    temperature: 0,
    stream: true,
    onData: chunk => {
      if (chunk.choices[0]?.text) watch.token()
      chunks.push(chunk)
    },
  })
  const usage = chunks.findLast(chunk => chunk.usage)?.usage
  const timings = chunks.findLast(chunk => chunk.timings)?.timings
  return {
    text: chunks.map(({ choices }) => choices[0]?.text ?? '').join(''),
    inputTokens: usage?.prompt_tokens ?? (timings?.cache_n ?? 0) + (timings?.prompt_n ?? 0),
    outputTokens: usage?.completion_tokens ?? timings?.predicted_n ?? 0,
    firstTokenMs: watch.firstTokenMs,
    lastTokenMs: watch.lastTokenMs,
  }
}

/** SmolLM2's chat template for conversations that begin with a system message, so that all engines read the same tokens. */
function chatMl(messages: Question['messages']): string {
  const turns = messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`)
  return `${turns.join('')}<|im_start|>assistant\n`
}
