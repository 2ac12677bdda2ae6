import { describe, expect, it } from 'vitest'
import { checkResults } from '../src/request-path/check-results.ts'
import { type Results, table } from '../src/request-path/report.ts'

const rounds = { raw: [1, 2], ours: [3, 2] }
const results: Results = {
  measuredAt: '2026-01-01T00:00:00.000Z',
  machine: { node: 'v24', cpu: '', cores: 2 },
  paths: [
    { name: 'raw', baselines: ['raw'] },
    { name: 'ours', baselines: ['raw', 'raw'] },
  ],
  callMs: rounds,
  callCpuUs: rounds,
  callsPerSecond: rounds,
  tokenUs: { ours: [1, 1] },
}

describe('results', () => {
  it('are whole when every path has a positive number a round', () => {
    expect(checkResults(results, 2)).toEqual([])
  })

  it.each([
    ['a round missing', { callMs: { raw: [1, 2], ours: [3] } }],
    ['a path missing', { callsPerSecond: { raw: [1, 2] } }],
    ['something that is no number', { callCpuUs: { raw: [1, Number.NaN], ours: [1, 1] } }],
    ['a stream that took no time', { tokenUs: { ours: [1, 0] } }],
    ['a baseline missing', { paths: [...results.paths.slice(0, 1), { name: 'ours', baselines: ['other'] }] }],
  ])('with %s are told', (_title, change) => {
    expect(checkResults({ ...results, ...change }, 2)).toHaveLength(1)
  })

  it('show a ratio to each baseline that was measured so', () => {
    const [, , raw, ours] = table(results).split('\n')
    expect(raw).toContain('| raw | 1.500 |  | 2 |')
    expect(ours).toContain('| **ours** | 2.500 | 2.00×, 2.00× |')
    expect(ours).toContain('| 1.0 |  |')
  })
})
