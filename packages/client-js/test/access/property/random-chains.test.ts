import { describe, it } from 'vitest'
import { compareWithOracle } from './compare-with-oracle.ts'

describe('a delegate', () => {
  it(
    'can do exactly what it was given: 400 random chains against a slow, obvious oracle, 0 differences',
    () => compareWithOracle(400),
    120_000,
  )
})
