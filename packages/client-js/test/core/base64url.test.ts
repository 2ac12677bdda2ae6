import fc from 'fast-check'
import { expect, it } from 'vitest'
import { base64url } from '../../src/core/index.ts'

it('agrees with the platform on any bytes, and decodes back', () => {
  const property = fc.property(fc.uint8Array({ maxLength: 20_000, size: 'max' }), bytes => {
    const text = base64url.encode(bytes)
    expect(text).toBe(Buffer.from(bytes).toString('base64url'))
    expect(base64url.decode(text)).toEqual(new Uint8Array(bytes))
  })
  fc.assert(property, { numRuns: 30 })
})

it('gives the same of ASCII text as of its bytes', () => {
  const property = fc.property(fc.string({ unit: 'binary-ascii' }), text => {
    expect(base64url.encodeAscii(text)).toBe(base64url.encode(new TextEncoder().encode(text)))
  })
  fc.assert(property)
})

it('writes into the middle of a larger array and nothing beyond', () => {
  for (const length of [0, 1, 2, 3, 4]) {
    const bytes = new Uint8Array(length).fill(255)
    const target = new Uint8Array(12)
    base64url.encodeInto(bytes, target, 3)
    const written = base64url.encodedLength(length)
    expect(new TextDecoder().decode(target.subarray(3, 3 + written))).toBe(base64url.encode(bytes))
    expect([...target.subarray(0, 3), ...target.subarray(3 + written)].every(byte => byte === 0)).toBe(true)
  }
})

it('accepts of all texts that mean the same bytes only one', () => {
  expect(base64url.decode('AA')).toEqual(Uint8Array.of(0))
  for (const text of ['AB', 'AA=', 'AA==', ' AA', 'A A', 'A', 'A+', 'A/', 'ä']) {
    expect(() => base64url.decode(text), text).toThrow(expect.objectContaining({ code: 'malformed-frame' }))
  }
})
