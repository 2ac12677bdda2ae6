import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { errorCodes, isStreamVerb, type Verb } from '../../src/contracts/index.ts'
import { eventShapes } from '../../src/core/event-shape.ts'

const sourcePath = join(import.meta.dirname, '../../src')
const specPath = join(import.meta.dirname, '../../../../spec')
const document = (name: string) => readFileSync(join(specPath, name), 'utf8')
const source = (name: string) => readFileSync(join(sourcePath, name), 'utf8')

/** The table rows of a document whose first cell is code, as cells. */
function rowsOf(text: string): string[][] {
  const rows = text.split('\n').filter(line => /^\| `[a-z.-]+` +\|/.test(line))
  return rows.map(row =>
    row
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map(cell => cell.trim().replaceAll('`', '')),
  )
}

it('spec/errors.md lists every code with its status, its retry and its meaning', () => {
  const code = source('contracts/error-codes.ts')
  const expected = Object.entries(errorCodes).map(([name, { httpStatus, retryable }]) => {
    const [, meaning] = new RegExp(`/\\*\\* ([^*]+) \\*/\\s+'?${name}'?:`).exec(code) ?? []
    return [name, String(httpStatus), retryable ? 'yes' : 'no', meaning?.replaceAll('`', '')]
  })
  expect(rowsOf(document('errors.md'))).toEqual(expected)
})

const contract = source('contracts/verbs.ts')
const verbs = [...contract.matchAll(/^ {2}'([a-z]+\.[a-z]+)': /gm)].map(match => match[1] as Verb)

it('spec/verbs.md lists every verb, and says which answers are streams', () => {
  const rows = rowsOf(document('verbs.md'))
  expect(rows.map(([verb]) => verb)).toEqual(verbs)
  for (const [verb, , answer] of rows) {
    expect(answer?.startsWith('stream of'), verb).toBe(isStreamVerb(verb as Verb))
  }
})

it('spec/events.md lists every type of event that a reader knows', () => {
  const types = ['agent.run', 'model.generate', 'run.get'].flatMap(verb =>
    Object.keys(eventShapes(verb as Verb)),
  )
  expect(rowsOf(document('events.md')).map(([type]) => type)).toEqual(types)
})
