import {
  type AdaptivePolicy,
  type AgentRunContext,
  type Message,
  type OutcomeShape,
  type Tool,
  type ToolDefinition,
  toolResultMediaType,
} from '../contracts/index.ts'

/** Every tool is shown, as without a policy. */
const allTools = 'all'
const noTools = 'none'
const wordBuckets = 16

/**
 * What a policy of tool focus decides on and between: give it to `createAdaptivePolicy`. The features say how the
 * question looks; of its words only how many fall in each of 16 buckets.
 */
export function toolFocusShape(tools: readonly Pick<ToolDefinition, 'name'>[]): OutcomeShape {
  return {
    features: [...Object.keys(featuresOf('', 0))],
    options: [allTools, noTools, ...tools.map(({ name }) => name)],
  }
}

/** Which tools a run's first question shows, and how that turned out. */
export class ToolFocus {
  readonly #policy: AdaptivePolicy
  readonly #tools: readonly Tool[]

  constructor(policy: AdaptivePolicy, tools: readonly Tool[]) {
    this.#policy = policy
    this.#tools = tools
  }

  /** The tools to show. A policy that fails hides none: it only helps. */
  async toolsFor(messages: readonly Message[], context: AgentRunContext): Promise<readonly Tool[]> {
    const { runId: decisionId, requester: owner, history, signal } = context
    try {
      const features = featuresOf(textOf(messages), history.length)
      const { choice } = await this.#policy.decide({ owner, decisionId, context: features }, { signal })
      return choice === allTools ? this.#tools : this.#tools.filter(({ name }) => name === choice)
    } catch {
      signal.throwIfAborted()
      return this.#tools
    }
  }

  /** Learns from what the run's tools gave: good when all calls went well, bad when one failed; else nothing. */
  async conclude(messages: readonly Message[], context: AgentRunContext): Promise<void> {
    const { runId: decisionId, requester: owner, signal } = context
    const results = messages
      .flatMap(({ parts }) => parts)
      .filter(({ mediaType }) => mediaType === toolResultMediaType)
    if (results.length === 0) return
    const isBad = results.some(({ data }) => (data as { isError?: boolean }).isError === true)
    try {
      await this.#policy.feedback({ owner, decisionId, reward: isBad ? 0 : 1 }, { signal })
    } catch {
      signal.throwIfAborted()
    }
  }
}

function textOf(messages: readonly Message[]): string {
  return messages
    .filter(({ role }) => role === 'ROLE_USER')
    .flatMap(({ parts }) => parts.map(({ text = '' }) => text))
    .join('\n')
}

/** Numbers from -1 to 1 that say how a question looks. */
function featuresOf(text: string, historyLength: number): Record<string, number> {
  const length = Math.max(1, text.length)
  const share = (pattern: RegExp) => Math.min(1, (4 * (text.match(pattern)?.length ?? 0)) / length)
  const buckets = new Array<number>(wordBuckets).fill(0)
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const bucket = bucketOf(word)
    buckets[bucket] = Math.min(1, (buckets[bucket] ?? 0) + 0.5)
  }
  return {
    length: Math.min(1, Math.log2(length) / 12),
    digits: share(/\d/g),
    operators: share(/[+*/^=%×÷<>-]/g),
    question: /[?？]\s*$/.test(text) ? 1 : 0,
    address: /https?:\/\//.test(text) ? 1 : 0,
    lines: share(/\n/g),
    history: Math.min(1, historyLength / 20),
    ...Object.fromEntries(buckets.map((count, bucket) => [`words-${bucket}`, count])),
  }
}

/** FNV-1a, folded to four bits: far too few to tell which word it was. */
function bucketOf(word: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < word.length; index++)
    hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193)
  return ((hash >>> 24) ^ (hash >>> 12) ^ hash) & (wordBuckets - 1)
}
