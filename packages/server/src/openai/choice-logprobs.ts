import type { TokenLogprob } from '@lomusai/client-js'

/**
 * The `logprobs` of a choice; null where none were told.
 *
 * @see OpenAI API reference, The chat completion object
 */
export function choiceLogprobs(tokens: readonly TokenLogprob[] = []): object | null {
  if (tokens.length === 0) return null
  return {
    content: tokens.map(token => ({ ...entry(token), top_logprobs: (token.top ?? []).map(entry) })),
    refusal: null,
  }
}

function entry({ token, logprob }: { token: string; logprob: number }): object {
  return { token, logprob, bytes: [...new TextEncoder().encode(token)] }
}
