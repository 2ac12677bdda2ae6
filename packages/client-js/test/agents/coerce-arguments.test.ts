import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkToolCall } from '../../src/agents/check-tool-call.ts'
import { coerceArguments } from '../../src/agents/coerce-arguments.ts'
import type { JsonObject, JsonValue, Tool, ToolCallId } from '../../src/contracts/index.ts'

const schema: JsonObject = {
  type: 'object',
  properties: {
    count: { type: 'integer' },
    ratio: { type: 'number' },
    name: { type: 'string' },
    loud: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    place: { type: 'object', properties: { x: { type: 'number' } } },
    maybe: { type: ['string', 'null'] },
  },
  required: ['name'],
}

describe('coerceArguments', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['count', '5', 5],
    ['count', '-12', -12],
    ['count', '5.5', '5.5'],
    ['ratio', '2.5e3', 2500],
    ['ratio', 'NaN', 'NaN'],
    ['ratio', '0x10', '0x10'],
    ['name', 5, '5'],
    ['name', true, 'true'],
    ['name', '5', '5'],
    ['loud', 'TRUE', true],
    ['loud', 'yes', 'yes'],
    ['tags', 'one', ['one']],
    ['tags', [1, 'two'], ['1', 'two']],
    ['tags', '["a", "b"]', ['a', 'b']],
    ['place', '{"x": "1"}', { x: 1 }],
    ['maybe', null, null],
    ['unknown', { any: 1 }, { any: 1 }],
  ])('reads %s: %j as %j', (name, value, expected) => {
    expect(coerceArguments(schema, { [name]: value })).toEqual({ [name]: expected })
  })

  it('drops null for optional members only', () => {
    expect(coerceArguments(schema, { count: null, name: null })).toEqual({ name: null })
  })

  it('wraps a lone value for a tool with one parameter', () => {
    const single: JsonObject = { type: 'object', properties: { expression: { type: 'string' } } }
    expect(coerceArguments(single, '2+2')).toEqual({ expression: '2+2' })
    expect(coerceArguments(single, 4)).toEqual({ expression: '4' })
  })

  it('takes any JSON without throwing, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const once = coerceArguments(schema, value as JsonValue)
        expect(coerceArguments(schema, once)).toEqual(once)
      }),
    )
  })
})

describe('checkToolCall', () => {
  const tool: Tool = {
    name: 'say_it',
    description: 'Says it.',
    parameters: schema,
    execute: async () => null,
  }
  const toolCallId = 'call' as ToolCallId

  it('finds a tool whose name differs in case or separator only', () => {
    const raw = { toolCallId, name: 'Say-It', argumentsText: '{"name":"a"}' }
    expect(checkToolCall(raw, [tool])).toMatchObject({ tool, call: { name: 'say_it' } })
    expect(checkToolCall(raw, [tool, { ...tool, name: 'say-it' }])).toHaveProperty('problem')
  })

  it('answers any text with a call or a problem, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), argumentsText => {
        const checked = checkToolCall({ toolCallId, name: 'say_it', argumentsText }, [tool])
        expect('tool' in checked || 'problem' in checked).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
