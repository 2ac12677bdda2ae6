import { describe, expect, it } from 'vitest'
import { checkResults } from '../src/inference/check-results.ts'
import type { ScenarioRounds } from '../src/inference/measure-scenario.ts'
import { type RuntimeResults, tables } from '../src/inference/report.ts'
import type { AgentsResult, StructuredResult } from '../src/inference/scenarios.ts'

const measured = (rounds: ScenarioRounds['rounds'], problems = {}) =>
  ({ measuredAt: '', threadCount: 1, sizes: {}, rounds, problems }) as ScenarioRounds

const agents = (totalMs: number, texts = ['a', 'b']): AgentsResult => ({
  turns: 2,
  totalMs,
  inputTokens: 10,
  outputTokens: 8,
  firstTokenMs: [100, 300],
  texts,
})

const schema = { type: 'object', required: ['name'] }
const structured: StructuredResult = {
  alone: { freeMs: [10, 10], constrainedMs: [10, 11] },
  batch: { freeMs: 4, constrainedMs: 4.1 },
  answers: [
    { alone: '{"name":1}', batch: '{"name":1}', schema, isWhole: true },
    { alone: '{"name":2}', batch: '{"name":3}', schema, isWhole: true },
    { alone: '{}', batch: '{}', schema, isWhole: true },
    { alone: '{"name":', batch: '{"name":', schema, isWhole: false },
  ],
}

const results = (scenarios: RuntimeResults['scenarios']): RuntimeResults => ({
  runtime: 'native',
  machine: { node: '', cpu: '', cores: 2 },
  scenarios,
})

describe('results of inference', () => {
  it('tell who could not answer and what was not measured', () => {
    const rounds = { ours: [agents(1000)], theirs: [agents(Number.NaN)] }
    expect(checkResults('agents', measured({ ours: [agents(1000)] }))).toEqual([])
    expect(checkResults('agents', measured(rounds, { third: 'no such file' }))).toEqual([
      'agents, third: no such file',
      'agents, theirs: not everything is a positive number.',
    ])
  })

  it('compare each with the fastest other of the same round', () => {
    const rounds = {
      'Lumos int8': [agents(1000), agents(4000)],
      slow: [agents(9000), agents(9000)],
      fast: [agents(2000), agents(8000)],
    }
    const [, , ours, slow] = tables(results({ agents: measured(rounds) })).split('\n')
    expect(ours).toContain('| **Lumos int8** | 2 | 5.00 | 2.00× |')
    expect(slow).toContain('| slow | 2 | 0.89 | 0.56× |')
  })

  it('show the same hash for the same answers only', () => {
    const rounds = {
      one: [agents(1000)],
      two: [agents(2000)],
      other: [agents(1000, ['c', 'b'])],
    }
    const hashes = tables(results({ agents: measured(rounds) }))
      .split('\n')
      .slice(2)
      .map(line => line.split(' | ').at(-1))
    expect(hashes[0]).toBe(hashes[1])
    expect(hashes[0]).not.toBe(hashes[2])
  })

  it('count answers that fit their schema, alone and together, and those that a neighbour did not change', () => {
    const line = tables(results({ structured: measured({ ours: [structured] }) }))
      .split('\n')
      .at(-1)
    expect(line).toBe('| ours | 10.0 | +5.0% | 4.0 | +2.5% | 2 of 3 | 3 of 4 |')
  })
})
