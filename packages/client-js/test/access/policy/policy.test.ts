import { describe, expect, it } from 'vitest'
import { compilePolicy, createPolicyBudget, satisfiesPolicy } from '../../../src/access/policy/index.ts'

const holds = (policy: unknown, params: unknown) =>
  satisfiesPolicy(compilePolicy(policy), params, createPolicyBudget())

const mail = {
  from: 'alice@example.com',
  to: ['bob@example.com', 'carol@not.example.com', 'dan@example.com'],
  title: 'Meeting',
  size: 3,
  nested: { deep: { list: [10, 20, 30] }, 'a b': null },
}

describe('comparisons', () => {
  it.each([
    [['==', '.size', 3], true],
    [['==', '.size', 3.0], true],
    [['==', '.size', '3'], false],
    [['==', '.to', ['bob@example.com', 'carol@not.example.com', 'dan@example.com']], true],
    [['==', '.to', ['bob@example.com']], false],
    [['==', '.to', { 0: 'bob@example.com' }], false],
    [['==', '.nested', { 'a b': null, deep: { list: [10, 20, 30] } }], true],
    [['==', '.nested', { 'a b': null, deep: { list: [10, 20, 31] } }], false],
    [['==', '.nested', { 'a b': null }], false],
    [['==', '.nested.deep', { other: [10, 20, 30] }], false],
    [['==', '.missing', null], true],
    [['!=', '.size', 4], true],
    [['!=', '.size', 3], false],
    [['!=', '.missing', 1], true],
    [['<', '.size', 3], false],
    [['<', '.size', 3.5], true],
    [['<=', '.size', 3], true],
    [['<=', '.size', 2], false],
    [['>', '.size', 3], false],
    [['>', '.size', 2.5], true],
    [['>=', '.size', 3], true],
    [['>=', '.size', 4], false],
    [['>', '.title', 0], false],
    [['<', '.title', 0], false],
    [['<', '.missing', 1], false],
    [['<=', '.to', 9], false],
  ])('%j: %s', (statement, expected) => {
    expect(holds([statement], mail)).toBe(expected)
  })
})

describe('values of different kinds', () => {
  const kinds = [null, 0, '', true, [], {}]
  it.each(kinds.flatMap(one => kinds.map(other => [one, other])))(
    '%j and %j are the same only if both are',
    (one, other) => {
      expect(holds([['==', '.', one]], other)).toBe(one === other)
      expect(holds([['==', '.', [one]]], [other])).toBe(one === other)
    },
  )
})

describe('connectives and quantifiers', () => {
  const yes = ['==', '.size', 3]
  const no = ['==', '.size', 4]
  it.each([
    [[], true],
    [[yes, yes], true],
    [[yes, no], false],
    [[['and', []]], true],
    [[['and', [yes, no]]], false],
    [[['and', [yes, yes]]], true],
    [[['or', []]], true],
    [[['or', [no, yes]]], true],
    [[['or', [no, no]]], false],
    [[['not', no]], true],
    [[['not', yes]], false],
    [[['not', ['and', [yes, no]]]], true],
    [[['all', '.to', ['like', '.', '*example.com']]], true],
    [[['all', '.to', ['like', '.', '*@example.com']]], false],
    [[['any', '.to', ['like', '.', '*@example.com']]], true],
    [[['any', '.to', ['like', '.', '*@elsewhere.com']]], false],
    [[['all', '.nested.deep', ['==', '.', [10, 20, 30]]]], true],
    [[['any', '.nested', ['==', '.', null]]], true],
    [[['all', '.title', ['==', '.', 'M']]], false],
    [[['any', '.title', ['==', '.', 'M']]], false],
    [[['all', '.missing', yes]], false],
    [[['all', '.nested.deep.list', ['any', '.', yes]]], false],
  ])('%j: %s', (policy, expected) => {
    expect(holds(policy, mail)).toBe(expected)
  })

  it('of an empty list hold for all and for none in particular', () => {
    expect(holds([['all', '.', ['==', '.', 1]]], [])).toBe(true)
    expect(holds([['any', '.', ['==', '.', 1]]], [])).toBe(false)
  })

  it('see each item, not the whole', () => {
    const params = { a: [{ b: 1 }, { b: 2 }, { z: [7, 8, 9] }] }
    expect(holds([['any', '.a', ['==', '.b', 2]]], params)).toBe(true)
    expect(holds([['all', '.a', ['>', '.b', 0]]], params)).toBe(false)
  })
})

describe('selectors', () => {
  it.each([
    ['.', mail],
    ['.title', 'Meeting'],
    ['.["title"]', 'Meeting'],
    ['.nested.deep.list[1]', 20],
    ['.nested["deep"]["list"][-1]', 30],
    ['.nested["a b"]', null],
    ['.nested["\\u0061 b"]', null],
    ['.to[0]', 'bob@example.com'],
    ['.to[-3]', 'bob@example.com'],
    ['.to[1:]', ['carol@not.example.com', 'dan@example.com']],
    ['.to[:1]', ['bob@example.com']],
    ['.to[0:-2]', ['bob@example.com']],
    ['.to[5:9]', []],
    ['.to[:]', mail.to],
    ['.to[]', mail.to],
    ['.nested[]', [null, { list: [10, 20, 30] }]],
    ['.missing', null],
    ['.to[99]?', null],
    ['.title.nothing?', null],
    ['.title.nothing???', null],
    ['.title[]?', null],
    ['.missing?.more?', null],
  ])('%s gives %j', (selector, expected) => {
    expect(holds([['==', selector, expected]], mail)).toBe(true)
    expect(holds([['!=', selector, expected]], mail)).toBe(false)
  })

  it.each([
    '.to[99]',
    '.to[-4]',
    '.title.nothing',
    '.missing.more',
    '.to[99].x?',
    '.to.title',
    '.title[0]',
    '.title[]',
    '.title[0:1]',
    '.nested[0]',
  ])('%s finds nothing, which meets no condition', selector => {
    expect(holds([['==', selector, null]], mail)).toBe(false)
    expect(holds([['!=', selector, 'anything']], mail)).toBe(false)
    expect(holds([['not', ['==', selector, null]]], mail)).toBe(true)
  })

  it('gives the values of a map in one order, whatever order they were written in', () => {
    const policy = [['==', '.[]', [1, 2, 3]]]
    expect(holds(policy, { bb: 3, b: 2, a: 1 })).toBe(true)
    expect(holds(policy, { a: 1, bb: 3, b: 2 })).toBe(true)
  })

  it('sees no more than the members a sender wrote', () => {
    const policy = (name: string) => [['==', `.${name}`, null]]
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(holds(policy(name), {}), name).toBe(true)
    }
    expect(holds([['==', '.length', null]], [])).toBe(false)
  })

  it.each([
    '',
    'a',
    '..',
    '.a..b',
    '.a.',
    '.1',
    '.a b',
    '.a-b',
    '.[',
    '.[a]',
    '.["a]',
    '.["\n"]',
    '.["\\x"]',
    '.[1.5]',
    '.[1:2:3]',
    '.a.[0]',
    '["a"]',
    '.?',
    '.a|.b',
    `.${'a'.repeat(1024)}`,
    7,
    null,
  ])('%j is none', selector => {
    expect(() => compilePolicy([['==', selector, 1]])).toThrow(
      expect.objectContaining({ code: 'invalid-request' }),
    )
  })
})

describe('hostile policies', () => {
  it('spend what they were given, and no more', () => {
    const budget = createPolicyBudget(3)
    budget.spend(2)
    budget.spend(1)
    expect(() => budget.spend(1)).toThrow(expect.objectContaining({ code: 'forbidden' }))
  })

  it('have selectors of 1024 characters at most', () => {
    const name = 'a'.repeat(1023)
    expect(holds([['==', `.${name}`, 1]], { [name]: 1 })).toBe(true)
    expect(() => compilePolicy([['==', `.${name}a`, 1]])).toThrow(
      expect.objectContaining({ code: 'invalid-request', message: expect.stringMatching(/^.{0,130}$/) }),
    )
  })

  it.each([
    [null],
    [{}],
    ['=='],
    [[null]],
    [['==', '.a', 1]],
    [[['==', '.a']]],
    [[['==', '.a', 1, 2]]],
    [[['==', '.a', undefined]]],
    [[['==', '.a', 1n]]],
    [[['==', '.a', new Uint8Array(1)]]],
    [[['==', '.a', [{ b: new Uint8Array(1) }]]]],
    [[['=', '.a', 1]]],
    [[['match', '.a', '*']]],
    [[['<', '.a', '1']]],
    [[['like', '.a', 1]]],
    [[['like', '.a', '*'.repeat(1025)]]],
    [[['and', ['==', '.a', 1]]]],
    [[['and']]],
    [[['or', {}]]],
    [[['not', []]]],
    [[['not', ['==', '.a', 1], ['==', '.a', 1]]]],
    [[['all', '.a']]],
    [[['any', '.a', [['==', '.a', 1]]]]],
    [[['constructor', '.a', 1]]],
  ])('%# is refused', policy => {
    expect(() => compilePolicy(policy)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
  })

  it('of more than 256 statements or 16 levels are refused', () => {
    const statement = ['==', '.a', 1]
    const nested = (levels: number): unknown => (levels === 1 ? statement : ['not', nested(levels - 1)])
    expect(compilePolicy(Array(256).fill(statement)).statements).toHaveLength(256)
    expect(compilePolicy([nested(16)]).statements).toHaveLength(1)
    const tooLarge = expect.objectContaining({ code: 'too-large' })
    expect(() => compilePolicy(Array(257).fill(statement))).toThrow(tooLarge)
    expect(() => compilePolicy([['and', Array(256).fill(statement)]])).toThrow(tooLarge)
    expect(() => compilePolicy([nested(17)])).toThrow(tooLarge)
    const listed = (levels: number): unknown => (levels === 1 ? statement : ['or', [listed(levels - 1)]])
    const each = (levels: number): unknown => (levels === 1 ? statement : ['all', '.a', each(levels - 1)])
    for (const deep of [listed, each]) {
      expect(compilePolicy([deep(16)]).statements).toHaveLength(1)
      expect(() => compilePolicy([deep(17)])).toThrow(tooLarge)
    }
  })

  const long = 'a'.repeat(500_000)
  it.each([
    [
      'a pattern that almost matches everywhere',
      Array(64).fill(['like', '.', `*${'a'.repeat(500)}b*`]),
      long,
    ],
    [
      'lists in lists',
      [['all', '.', ['all', '.', ['all', '.', ['!=', '.', 1]]]]],
      Array(200).fill(Array(200).fill(Array(200).fill(0))),
    ],
    ['many statements on a long list', Array(120).fill(['all', '.', ['!=', '.', 1]]), Array(100_000).fill(0)],
    ['many slices', [['or', Array(250).fill(['==', '.[0:]', 1])]], Array(100_000).fill(0)],
    [
      'wide maps',
      [['or', Array(250).fill(['==', '.', {}])]],
      Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`k${at}`, 0])),
    ],
  ])('cost little and are refused: %s', (_what, policy, params) => {
    const startedAt = performance.now()
    expect(() => holds(policy, params)).toThrow(expect.objectContaining({ code: 'forbidden' }))
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })

  it('that are ordinary fit the budget, also for large parameters', () => {
    expect(holds([['like', '.', '*needle*']], `${'hay '.repeat(50_000)}needle`)).toBe(true)
    expect(holds([['all', '.', ['<', '.', 10]]], Array(100_000).fill(1))).toBe(true)
    expect(holds([['like', '.', `${'*a'.repeat(500)}*b*`]], long)).toBe(false)
    // What was passed already does not count again.
    expect(holds([['like', '.', '*b*c*']], `${'a'.repeat(900_000)}bc`)).toBe(true)
    expect(holds([['like', '.', `${'a'.repeat(1023)}*`]], long)).toBe(true)
  })
})
