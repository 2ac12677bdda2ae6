import { describe, expect, it } from 'vitest'
import { compilePolicy, createPolicyBudget, satisfiesPolicy } from '../../../src/access/policy/index.ts'

const holds = (policy: unknown, params: unknown) =>
  satisfiesPolicy(compilePolicy(policy), params, createPolicyBudget())

describe('patterns', () => {
  const pattern = 'Alice\\*, Bob*, Carol.'
  it.each([
    ['Alice*, Bob, Carol.', true],
    ['Alice*, Bob, Dan, Erin, Carol.', true],
    ['Alice*, Bob  , Carol.', true],
    ['Alice*, Bob*, Carol.', true],
    ['Alice*, Bob, Carol', false],
    ['Alice*, Bob*, Carol!', false],
    ['Alice, Bob, Carol.', false],
    ['Alice Cooper, Bob, Carol.', false],
    [' Alice*, Bob, Carol. ', false],
    [7, false],
    [null, false],
    [['Alice*, Bob, Carol.'], false],
  ])(`${pattern} for %j: %s`, (text, expected) => {
    expect(holds([['like', '.', pattern]], text)).toBe(expected)
  })

  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['**', 'a', true],
    ['a*', 'a', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['*b*', 'abc', true],
    ['*b*', 'ac', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'abc', true],
    ['a*c*b', 'abc', false],
    ['a*bc*c', 'abc', false],
    ['*ab*ab*', 'ab', false],
    ['*ab*ab*', 'xabxabx', true],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['\\', '\\', true],
    ['\\\\*', '\\*', true],
    ['\\\\*', '\\x', false],
    ['.', 'x', false],
    ['[ab]', 'a', false],
    ['?', 'a', false],
    ['ä*', 'äö', true],
  ])('%j for %j: %s', (pattern, text, expected) => {
    expect(holds([['like', '.', pattern]], text)).toBe(expected)
  })
})
