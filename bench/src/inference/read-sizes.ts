import type { Sizes } from './scenarios.ts'

const whole: Sizes = {
  agents: 8,
  turns: 5,
  systemTokens: 1000,
  answerTokens: 24,
  streamPromptTokens: 128,
  streamAnswerTokens: 32,
  streamRepeats: 3,
  structuredAgents: 8,
  structuredTokens: 80,
}

/** A handful of tokens: enough to see that everything answers. */
export const checkSizes: Sizes = {
  agents: 2,
  turns: 2,
  systemTokens: 60,
  answerTokens: 4,
  streamPromptTokens: 60,
  streamAnswerTokens: 4,
  streamRepeats: 1,
  structuredAgents: 2,
  structuredTokens: 200,
}

/** Sizes of a run; AGENTS, TURNS, SYSTEM_TOKENS and ANSWER_TOKENS make the conversations smaller. */
export function readSizes(environment: NodeJS.ProcessEnv): Sizes {
  const number = (name: string, otherwise: number) => Number(environment[name] ?? otherwise)
  return {
    ...whole,
    agents: number('AGENTS', whole.agents),
    turns: number('TURNS', whole.turns),
    systemTokens: number('SYSTEM_TOKENS', whole.systemTokens),
    answerTokens: number('ANSWER_TOKENS', whole.answerTokens),
  }
}
