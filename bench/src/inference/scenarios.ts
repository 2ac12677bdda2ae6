import type { Answer, Contender, Message, Question } from './contender.ts'
import { copyPrompt, freshPrompt, structuredQuestion, systemPrompt, userTurn } from './workload.ts'

/** What a run is made of; each part is smaller with `--check`. */
export interface Sizes {
  agents: number
  turns: number
  systemTokens: number
  answerTokens: number
  /** Prompts and answers of the single stream. */
  streamPromptTokens: number
  streamAnswerTokens: number
  streamRepeats: number
  structuredAgents: number
  structuredTokens: number
}

export type ScenarioName = 'agents' | 'stream' | 'copy' | 'structured'

export interface AgentsResult {
  turns: number
  totalMs: number
  inputTokens: number
  outputTokens: number
  /** By agent, then turn. */
  firstTokenMs: number[]
  texts: string[]
}

export interface StreamResult {
  prefillTokensPerSecond: number[]
  decodeTokensPerSecond: number[]
  texts: string[]
}

export interface StructuredResult {
  /** Milliseconds a token after the first, free and held to the schema, one question at a time. */
  alone: { freeMs: number[]; constrainedMs: number[] }
  /** The same for all questions at once: milliseconds of the whole batch by its tokens. */
  batch: { freeMs: number; constrainedMs: number }
  answers: { alone: string; batch: string; schema: Record<string, unknown>; isWhole: boolean }[]
}

export type ScenarioResult = AgentsResult | StreamResult | StructuredResult

/** `seed` is new for every round, and the same for all contenders of a round. */
export function runScenario(
  name: ScenarioName,
  contender: Contender,
  sizes: Sizes,
  seed: string,
): Promise<ScenarioResult> {
  contender.forget()
  if (name === 'agents') return runAgents(contender, sizes, seed)
  if (name === 'structured') return runStructured(contender, sizes, seed)
  return runStream(contender, sizes, name === 'copy' ? copyPrompt : freshPrompt, seed)
}

/** Agents that share a system prompt and talk at the same time, each turn after its answer. */
async function runAgents(contender: Contender, sizes: Sizes, seed: string): Promise<AgentsResult> {
  const system: Message = { role: 'system', content: systemPrompt(seed, sizes.systemTokens) }
  const runAgent = async (agent: number) => {
    const messages = [system]
    const answers: Answer[] = []
    for (let turn = 0; turn < sizes.turns; turn += 1) {
      messages.push({ role: 'user', content: userTurn(agent, turn) })
      const question = {
        conversation: `agent ${agent}`,
        messages: [...messages],
        maxTokens: sizes.answerTokens,
      }
      const answer = await contender.answer(question)
      messages.push({ role: 'assistant', content: answer.text })
      answers.push(answer)
    }
    return answers
  }
  const startedAt = performance.now()
  const answers = (
    await Promise.all(Array.from({ length: sizes.agents }, (_, agent) => runAgent(agent)))
  ).flat()
  return {
    turns: sizes.turns,
    totalMs: performance.now() - startedAt,
    inputTokens: sum(answers.map(answer => answer.inputTokens)),
    outputTokens: sum(answers.map(answer => answer.outputTokens)),
    firstTokenMs: answers.map(answer => answer.firstTokenMs),
    texts: answers.map(answer => answer.text),
  }
}

async function runStream(
  contender: Contender,
  sizes: Sizes,
  prompt: (seed: string, tokenCount: number) => Message[],
  seed: string,
): Promise<StreamResult> {
  const answers: Answer[] = []
  for (let repeat = 0; repeat < sizes.streamRepeats; repeat += 1) {
    const messages = prompt(`${seed}.${repeat}`, sizes.streamPromptTokens)
    const question = { conversation: `stream ${repeat}`, messages, maxTokens: sizes.streamAnswerTokens }
    answers.push(await contender.answer(question))
  }
  return {
    prefillTokensPerSecond: answers.map(answer => (answer.inputTokens * 1000) / answer.firstTokenMs),
    decodeTokensPerSecond: answers.map(answer => 1000 / msOfToken(answer)),
    texts: answers.map(answer => answer.text),
  }
}

/** Questions with a schema each, one by one and all at once; the free answers are as long as the constrained ones. */
async function runStructured(contender: Contender, sizes: Sizes, seed: string): Promise<StructuredResult> {
  const questions = Array.from({ length: sizes.structuredAgents }, (_, index): Question => {
    const { messages, schema } = structuredQuestion(index, seed)
    return { conversation: `structured ${index}`, messages, schema, maxTokens: sizes.structuredTokens }
  })
  // The first time, each schema's grammar is compiled and each prompt read.
  const alone: Answer[] = []
  for (const question of questions) alone.push(await contender.answer(question))
  const constrained: Answer[] = []
  const free: Answer[] = []
  const freeQuestions = questions.map(({ schema, ...question }, index) => {
    return { ...question, maxTokens: alone[index]?.outputTokens ?? 1 }
  })
  for (const [index, question] of questions.entries()) {
    constrained.push(await contender.answer(question))
    free.push(await contender.answer(freeQuestions[index] as Question))
  }
  const constrainedBatch = await answerAll(contender, questions)
  const freeBatch = await answerAll(contender, freeQuestions)
  return {
    alone: { freeMs: free.map(msOfToken), constrainedMs: constrained.map(msOfToken) },
    batch: { freeMs: freeBatch.msOfToken, constrainedMs: constrainedBatch.msOfToken },
    answers: questions.map(({ schema, maxTokens }, index) => ({
      alone: alone[index]?.text ?? '',
      batch: constrainedBatch.answers[index]?.text ?? '',
      schema: schema ?? {},
      isWhole: (alone[index]?.outputTokens ?? maxTokens) < maxTokens,
    })),
  }
}

async function answerAll(contender: Contender, questions: Question[]) {
  const startedAt = performance.now()
  const answers = await Promise.all(questions.map(question => contender.answer(question)))
  const tokens = sum(answers.map(answer => answer.outputTokens))
  return { answers, msOfToken: (performance.now() - startedAt) / tokens }
}

function msOfToken({ firstTokenMs, lastTokenMs, outputTokens }: Answer): number {
  return (lastTokenMs - firstTokenMs) / (outputTokens - 1)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
