import { describe, expect, it } from 'vitest'
import { answerGrammar } from '../../../src/engines/constrained/answer-grammar.ts'
import { loosenLengths } from '../../../src/engines/constrained/loosen-lengths.ts'

describe('lengths of text in a tool’s schema', () => {
  it('are left out of the grammar where counting them takes long, wherever they stand', () => {
    const schema = {
      type: 'object',
      properties: {
        text: { type: 'string', minLength: 1, maxLength: 8192 },
        code: { type: 'string', minLength: 2, maxLength: 2 },
        lines: { type: 'array', items: { anyOf: [{ type: 'string', minLength: 400 }] } },
      },
    }
    expect(loosenLengths(schema)).toEqual({
      type: 'object',
      properties: {
        text: { type: 'string', minLength: 1 },
        code: { type: 'string', minLength: 2, maxLength: 2 },
        lines: { type: 'array', items: { anyOf: [{ type: 'string', minLength: 16 }] } },
      },
    })
  })

  it('stay where they are data or names', () => {
    const schema = {
      properties: { maxLength: { enum: [{ maxLength: 1000 }] }, minLength: { const: { minLength: 1000 } } },
    }
    expect(loosenLengths(schema)).toEqual(schema)
  })

  it('stay in the schema of an answer, which nobody checks afterwards', () => {
    const schema = { type: 'string', maxLength: 8192 }
    expect(answerGrammar({ messages: [], responseFormat: { schema } })).toEqual({
      type: 'json_schema',
      json_schema: schema,
    })
  })
})
