import { describe, it } from 'vitest'
import { fuzzTokens } from './token-fuzz.ts'

describe('mutated tokens', () => {
  it('100,000 of them: 0 crashes, 0 hangs, 0 accepted, nothing stored', () => fuzzTokens(100_000))
})
