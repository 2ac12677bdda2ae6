import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { summarise } from '../../src/chat/summarise-json.ts'
import { titleOf } from '../../src/chat/title-of.ts'

describe('titleOf', () => {
  it('cuts long first lines between words', () => {
    const title = titleOf('Please tell me everything about the history of the lighthouse of Alexandria')
    expect(title).toBe('Please tell me everything about the history of the…')
  })

  it('cuts text without spaces by characters, never inside one', () => {
    expect(titleOf('灯'.repeat(100))).toBe(`${'灯'.repeat(59)}…`)
    expect(titleOf('😀'.repeat(61))).toBe(`${'😀'.repeat(59)}…`)
  })

  it('is one line of at most 60 characters, whatever was said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), text => {
        const title = titleOf(text)
        expect(Array.from(title).length).toBeLessThanOrEqual(60)
        expect(title).not.toMatch(/\n/)
      }),
    )
  })
})

describe('summarise', () => {
  it('shows just the value of an object with one entry', () => {
    expect(summarise({ expression: '23 * 19' })).toBe('23 * 19')
  })

  it('names the entries of bigger objects', () => {
    expect(summarise({ zone: 'Asia/Tokyo', hours: [1, 2] })).toBe('zone: Asia/Tokyo, hours: 1, 2')
  })

  it('is at most 80 characters for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(summarise(value as never).length).toBeLessThanOrEqual(80)
      }),
    )
  })
})
