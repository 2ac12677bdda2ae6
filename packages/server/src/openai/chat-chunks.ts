import type { FinishReason, ModelEvent, TokenLogprob, TokenUsage } from '@lomusai/client-js'
import { choiceLogprobs } from './choice-logprobs.ts'

interface AnswerHead {
  id: string
  /** Seconds since 1970. */
  created: number
  model: string
}

const finishReasons: Record<FinishReason, string> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  other: 'stop',
}

/**
 * Yields the `chat.completion.chunk` objects of a streamed answer.
 *
 * @see OpenAI API reference, The chat completion chunk object
 */
export async function* chatChunks(
  head: AnswerHead,
  events: AsyncIterable<ModelEvent>,
  options: { includeUsage: boolean },
): AsyncIterable<object> {
  const base = { ...head, object: 'chat.completion.chunk' }
  const chunk = (
    delta: object,
    finishReason: string | null = null,
    logprobs: object | null = null,
  ): object => ({
    ...base,
    choices: [{ index: 0, delta, logprobs, finish_reason: finishReason }],
    ...(options.includeUsage ? { usage: null } : {}),
  })
  yield chunk({ role: 'assistant', content: '' })
  let toolIndex = 0
  for await (const event of events) {
    switch (event.type) {
      case 'text-delta':
        yield chunk({ content: event.text }, null, choiceLogprobs(event.logprobs))
        break
      case 'tool-call':
        yield chunk({ tool_calls: [{ index: toolIndex++, ...toolCall(event) }] })
        break
      case 'finished':
        yield chunk({}, finishReasons[event.finishReason])
        if (options.includeUsage) yield { ...base, choices: [], usage: usageOf(event.usage) }
    }
  }
}

/** Resolves to the `chat.completion` object. @see OpenAI API reference, The chat completion object */
export async function chatCompletion(head: AnswerHead, events: AsyncIterable<ModelEvent>): Promise<object> {
  let content = ''
  let finish: ModelEvent & { type: 'finished' } = {
    type: 'finished',
    finishReason: 'other',
    usage: { inputTokens: 0, outputTokens: 0 },
  }
  const toolCalls: object[] = []
  const logprobs: TokenLogprob[] = []
  for await (const event of events) {
    if (event.type === 'text-delta') {
      content += event.text
      logprobs.push(...(event.logprobs ?? []))
    }
    if (event.type === 'tool-call') toolCalls.push(toolCall(event))
    else if (event.type === 'finished') finish = event
  }
  const message = {
    role: 'assistant',
    content: content === '' && toolCalls.length > 0 ? null : content,
    refusal: null,
    ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}),
  }
  return {
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message,
        logprobs: choiceLogprobs(logprobs),
        finish_reason: finishReasons[finish.finishReason],
      },
    ],
    usage: usageOf(finish.usage),
  }
}

function toolCall(call: ModelEvent & { type: 'tool-call' }): object {
  return {
    id: call.toolCallId,
    type: 'function',
    function: { name: call.name, arguments: call.argumentsText },
  }
}

function usageOf(usage: TokenUsage): object {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    ...(usage.cachedInputTokens !== undefined && {
      prompt_tokens_details: { cached_tokens: usage.cachedInputTokens },
    }),
  }
}
