import { describe, expect, it } from 'vitest'
import { tokensIn } from '../../src/identity/tokens-in.ts'

const kind = 'lumos-guardian/1'

describe('tokensIn', () => {
  it('finds each code, whatever people wrote around them', () => {
    expect(tokensIn(`Ann: ${kind}:abc_-1 and Bob: ${kind}:def, thanks`, kind)).toEqual([
      `${kind}:abc_-1`,
      `${kind}:def`,
    ])
  })

  it('keeps a code together that a mail broke into lines, and leaves the next name out', () => {
    expect(tokensIn(`${kind}:abc\ndef\r\nghi\nBob: ${kind}:jkl`, kind)).toEqual([
      `${kind}:abc\ndef\r\nghi`,
      `${kind}:jkl`,
    ])
  })

  it('finds nothing in other texts', () => {
    expect(tokensIn('lumos-sealed-share/1:abc', kind)).toEqual([])
  })
})
