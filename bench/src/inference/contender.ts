/** Which engine answers, how it is used, where, and on which weights. Plain data: it travels to processes and pages. */
export interface ContenderSpec {
  name: string
  engine: 'lumos' | 'transformers.js' | 'wllama'
  runtime: Runtime
  /** The weight file, as the engine's own options name it. */
  weights: 'int8' | 'q4' | 'q8' | 'q4_1' | 'q8_0' | 'auto'
  /** How transformers.js keeps what it read: see `transformers-contender.ts`. */
  usage?: Usage
}

export type Usage = 'plain' | 'cache' | 'forked cache' | 'padded batch'

/** Where the arithmetic happens. */
export type Runtime = 'native' | 'node-wasm' | 'chromium-wasm'

/** Where a contender finds its weights, and how many may ask at once. */
export interface ContenderOptions {
  /** A path in Node, a URL in a page; without a slash at the end. */
  modelFolder: string
  threadCount: number
  /** Conversations under way at once; a padded batch waits for as many questions. */
  agentCount: number
}

export interface Message {
  role: 'system' | 'user' | 'assistant'
  content: string
}

export interface Question {
  /** Who asks: one question of each at a time. */
  conversation: string
  messages: Message[]
  maxTokens: number
  /** The answer is JSON of this schema. */
  schema?: Record<string, unknown>
}

/** Times are milliseconds since the question. */
export interface Answer {
  text: string
  inputTokens: number
  outputTokens: number
  firstTokenMs: number
  lastTokenMs: number
}

/** A loaded model behind an engine's public interface. Answers are greedy. */
export interface Contender {
  answer(question: Question): Promise<Answer>
  /** Forgets conversations, where the engine leaves that to its caller. */
  forget(): void
  stop(): Promise<void>
}
