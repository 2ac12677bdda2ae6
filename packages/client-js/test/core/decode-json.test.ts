import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, decodeJson, utf8 } from '../../src/core/index.ts'

const limits = { maxBytes: 1000, maxDepth: 4 }

describe('decodeJson', () => {
  it('gives back any JSON value, from bytes and from text', () => {
    const property = fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), value => {
      const text = JSON.stringify(value)
      fc.pre(text.isWellFormed() && !/\\ud[89a-f]/.test(text) && !text.includes('__proto__'))
      expect(decodeJson(utf8.encode(text))).toEqual(JSON.parse(text))
      expect(decodeJson(text)).toEqual(JSON.parse(text))
    })
    fc.assert(property)
  })

  it('accepts exactly maxBytes bytes and refuses one more', () => {
    const text = (length: number) => utf8.encode(JSON.stringify('x'.repeat(length - 2)))
    expect(decodeJson(text(1000), limits)).toHaveLength(998)
    expect(() => decodeJson(text(1001), limits)).toThrow(expect.objectContaining({ code: 'too-large' }))
  })

  it('accepts exactly maxDepth levels and refuses one more, wherever the brackets stand', () => {
    expect(decodeJson('[[[["[[[[[["]]]]', limits)).toEqual([[[['[[[[[[']]]])
    expect(() => decodeJson('[[[[[]]]]]', limits)).toThrow(expect.objectContaining({ code: 'too-large' }))
    expect(() => decodeJson('{"a":[{"a":[{', limits)).toThrow(expect.objectContaining({ code: 'too-large' }))
  })

  it('is not fooled by quotes and colons inside strings', () => {
    const value = { 'a":{"': '\\":[[[[[[', b: '\\' }
    expect(decodeJson(JSON.stringify(value), limits)).toEqual(value)
  })

  it('survives a megabyte of brackets without recursing', () => {
    const hostile = utf8.encode('['.repeat(1024 * 1024))
    expect(() => decodeJson(hostile)).toThrow(expect.objectContaining({ code: 'too-large' }))
  })
})

describe('canonicalJson', () => {
  const cycle: unknown[] = []
  cycle.push({ b: 1, a: cycle })

  it('is the same text for the same members in any order, and parses to the same value', () => {
    const property = fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), object => {
      fc.pre(!Object.hasOwn(object, '__proto__') && !/\\ud[89a-f]/.test(JSON.stringify(object)))
      const reordered = Object.fromEntries(Object.entries(object).reverse())
      expect(canonicalJson(reordered)).toBe(canonicalJson(object))
      expect(JSON.parse(canonicalJson(object))).toEqual(JSON.parse(JSON.stringify(object)))
    })
    fc.assert(property)
  })

  it('agrees with the library of RFC 8785 on any value, in whatever order its members were set', () => {
    const name = fc.oneof(fc.string(), fc.nat().map(String), fc.constantFrom('__proto__', 'toJSON', 'a', 'B'))
    const { value } = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.constantFrom(null, true, undefined, new Date(0), Object(7)),
        ),
        fc.array(tie('value')),
        fc.array(fc.tuple(name, tie('value'))).map(members => Object.fromEntries(members)),
      ),
    }))
    const property = fc.property(value, given => {
      const expected = canonicalize(given)
      fc.pre(expected !== undefined)
      expect(canonicalJson(given)).toBe(expected)
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('leaves what it is given as it was', () => {
    const given = { b: [{ z: 1, y: 2 }], a: { d: 3, c: undefined } }
    const before = structuredClone(given)
    expect(canonicalJson(given)).toBe('{"a":{"d":3},"b":[{"y":2,"z":1}]}')
    expect(given).toEqual(before)
    expect(Object.keys(given)).toEqual(['b', 'a'])
  })

  it('leaves out undefined members, as JSON does', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}')
  })

  it.each([
    ['NaN', Number.NaN],
    ['half a surrogate pair', '\ud800'],
    ['undefined', undefined],
    ['half a surrogate pair in the name of a member', { b: 1, a: { '\udc00': 1 } }],
    ['a cycle', cycle],
  ])('refuses %s', (_title, value) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
  })
})
