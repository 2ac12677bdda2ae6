import { describe, it } from 'vitest'
import { fuzzTokens } from './token-fuzz.ts'

describe('mutated tokens', () => {
  it('1,000 of them: 0 crashes, 0 hangs, 0 accepted, nothing stored', () => fuzzTokens(1000), 120_000)
})
