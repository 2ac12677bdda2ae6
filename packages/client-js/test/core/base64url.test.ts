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

it('accepts of all texts that mean the same bytes only one', () => {
  expect(base64url.decode('AA')).toEqual(Uint8Array.of(0))
  for (const text of ['AB', 'AA=', 'AA==', ' AA', 'A A', 'A', 'A+', 'A/', 'ä']) {
    expect(() => base64url.decode(text), text).toThrow(expect.objectContaining({ code: 'malformed-frame' }))
  }
})
