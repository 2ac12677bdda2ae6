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
  it('is the same text for the same members in any order, and parses to the same value', () => {
    const property = fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), object => {
      fc.pre(!Object.hasOwn(object, '__proto__') && !/\\ud[89a-f]/.test(JSON.stringify(object)))
      const reordered = Object.fromEntries(Object.entries(object).reverse())
      expect(canonicalJson(reordered)).toBe(canonicalJson(object))
      expect(JSON.parse(canonicalJson(object))).toEqual(JSON.parse(JSON.stringify(object)))
    })
    fc.assert(property)
  })

  it('leaves out undefined members, as JSON does', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}')
  })

  it.each([
    ['NaN', Number.NaN],
    ['half a surrogate pair', '\ud800'],
    ['undefined', undefined],
  ])('refuses %s', (_title, value) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
  })
})
