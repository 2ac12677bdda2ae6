import { encode } from '@ipld/dag-cbor'
import { describe, expect, it } from 'vitest'
import { scanCbor } from '../../../src/access/ucan/scan-cbor.ts'

const text = (value: string) => [...new TextEncoder().encode(value)]
const scan = (bytes: number[], limits?: { maxBytes: number; maxDepth: number }) =>
  scanCbor(Uint8Array.from(bytes), limits)

describe('bytes that a parser has not seen yet', () => {
  it.each<[string, number[]]>([
    ['a number', [0x00]],
    ['a negative one of eight bytes', [0x3b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['false', [0xf4]],
    ['null', [0xf6]],
    ['a float of 64 bits', [0xfb, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['an empty list', [0x80]],
    ['lists and maps in each other', [0x82, 0xa1, 0x61, 0x61, 0x81, 0x80, 0xa0]],
    ['a link', [0xd8, 42, 0x41, 0]],
    ['another name of nine letters', [0xa1, 0x69, ...text('__proto_x'), 0]],
    ['a longer name', [0xa1, 0x6a, ...text('__proto__x'), 0]],
    ['bytes that spell that name', [0x49, ...text('__proto__')]],
  ])('may be %s', (_what, bytes) => {
    expect(() => scan(bytes)).not.toThrow()
  })

  it.each<[string, string, number[]]>([
    ['is cut off', 'nothing at all', []],
    ['is cut off', 'text without its end', [0x62, 0x61]],
    ['is cut off', 'a number without its end', [0x19, 1]],
    ['is cut off', 'a list without its items', [0x82, 0]],
    ['is cut off', 'a map without its last value', [0xa1, 0x61, 0x61]],
    ['is cut off', 'a tag without what it marks', [0xd8, 42]],
    ['is cut off', 'a list of 2^64 - 1', [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['is cut off', 'bytes that would go on behind the end', [0x5a, 0xff, 0xff, 0xff, 0xff]],
    ['something follows', 'two numbers', [0, 0]],
    ['something follows', 'a full list and more', [0x81, 0, 0]],
    ['the name __proto__', 'that name', [0xa1, 0x69, ...text('__proto__'), 0]],
    ['a tag other than', 'a date', [0xc0, 0x60]],
    ['a tag other than', 'a marked number', [0xd8, 43, 0x00]],
    ['a simple value', 'undefined', [0xf7]],
    ['a simple value', 'a half float, with more behind it', [0xf9, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['a simple value', 'a float of 32 bits', [0xfa, 0, 0, 0, 0]],
    ['a simple value', 'a simple value in a byte of its own', [0xf8, 32]],
    ['a length is left open', 'a list without a length', [0x9f, 0xff]],
    ['a length is left open', 'a reserved length', [0x1c]],
  ])('are no token that %s: %s', (message, _what, bytes) => {
    expect(() => scan(bytes)).toThrow(
      expect.objectContaining({ code: 'malformed-frame', message: expect.stringContaining(message) }),
    )
  })

  it('have so many bytes and levels, and no more', () => {
    const limits = { maxBytes: 4, maxDepth: 2 }
    const tooLarge = (message: string) =>
      expect.objectContaining({ code: 'too-large', message: expect.stringContaining(message) })
    scan([0x43, 1, 2, 3], limits)
    expect(() => scan([0x44, 1, 2, 3, 4], limits)).toThrow(tooLarge('at most 4 bytes'))
    scan([0x81, 0x81, 0], limits)
    expect(() => scan([0x81, 0x81, 0x81, 0], limits)).toThrow(tooLarge('at most 2 levels'))
    // Beside each other they are no deeper.
    scan([0x82, 0x81, 0, 0], limits)
    scan([0x83, 0x80, 0x80, 0x80], limits)
  })

  it('are 16 KiB in 32 levels at most, unless told otherwise', () => {
    scanCbor(encode(new Uint8Array(16 * 1024 - 3)))
    expect(() => scanCbor(encode(new Uint8Array(16 * 1024 - 2)))).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    )
    scan([...Array(32).fill(0x81), 0])
    expect(() => scan([...Array(33).fill(0x81), 0])).toThrow(expect.objectContaining({ code: 'too-large' }))
  })
})
