import * as fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import type { Identity } from '../../../src/contracts/index.ts'
import {
  appendToDidLog,
  compareDidLogs,
  createVerifier,
  type DidChange,
  lastState,
  type VerifiedDidLog,
  verifiedDidLog,
} from '../../../src/identity/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { type Cast, createCast, identityOf } from './cast.ts'

let cast: Cast
beforeAll(async () => {
  cast = await createCast()
})

const remove = (who: Identity): DidChange => ({ type: 'remove-device', key: who.did })
const add = (who: Identity): DidChange => ({ type: 'add-device', key: who.did, label: 'New' })

/** The rule told of the tree of all operations, slowly: what the best path below a node is. */
function bestPath(logs: VerifiedDidLog[], depth: number): VerifiedDidLog {
  const branches = new Map<string, VerifiedDidLog[]>()
  for (const log of logs) {
    const head = log.states[depth]?.head
    if (head !== undefined) branches.set(head, [...(branches.get(head) ?? []), log])
  }
  if (branches.size === 0) return logs[0] as VerifiedDidLog
  const candidates = [...branches.values()].map(branch => bestPath(branch, depth + 1))
  const tuple = ({ log, states }: VerifiedDidLog) => {
    const before = states[depth - 1]
    const ranks = log.slice(depth).map((operation, index) => {
      if (operation.type === 'deactivate') return 0
      if (states[depth + index - 1]?.recoveryKeys.includes(operation.signer)) return 1
      const seniority = before?.keys.indexOf(operation.signer) ?? -1
      return seniority === -1 ? 999 : 2 + seniority
    })
    const first = states[depth]
    return [String(Math.min(...ranks)).padStart(3, '0'), first?.updatedAt, first?.head].join(' ')
  }
  return candidates.sort((a, b) => (tuple(a) < tuple(b) ? -1 : 1))[0] as VerifiedDidLog
}

it('forks are resolved the same whoever hears of which first, and also when losers are forgotten', async () => {
  const people = await Promise.all(Array.from({ length: 7 }, (_, index) => identityOf(20 + index)))
  const all = [cast.phone, cast.laptop, cast.tablet, cast.words, cast.newWords, ...people]
  const verifier = createVerifier()
  const who = fc.nat({ max: all.length - 1 })
  const growth = fc.record({
    from: fc.nat(),
    signer: who,
    key: who,
    kind: fc.nat({ max: 7 }),
    time: fc.nat({ max: 3 }),
    shuffle: fc.nat(),
  })
  let forks = 0
  await fc.assert(
    fc.asyncProperty(fc.array(growth, { minLength: 12, maxLength: 50 }), async growths => {
      const logs: VerifiedDidLog[] = [await verifiedDidLog(cast.log)]
      for (const { from, signer, key, kind, time } of growths) {
        const base = logs[from % logs.length] as VerifiedDidLog
        const target = all[key] as Identity
        const change: DidChange =
          kind < 4
            ? add(target)
            : kind < 6
              ? remove(target)
              : kind === 6
                ? { type: 'rotate-recovery', recoveryKeys: [target.did] }
                : { type: 'deactivate' }
        const clock = new ManualClock(cast.clock.now() + time)
        const grown = await appendToDidLog(base.log, change, all[signer] as Identity, {
          clock,
          verifier,
        }).catch(() => undefined)
        if (grown !== undefined) logs.push(await verifiedDidLog(grown, { verifier }))
      }
      const expected = lastState(bestPath(logs, 0)).head
      const merge = (order: VerifiedDidLog[]) =>
        order.reduce((known, other) => {
          const comparison = compareDidLogs(known, other)
          if (comparison.relation === 'fork') forks++
          return comparison.winner
        })
      const shuffled = logs
        .map((log, index) => ({
          log,
          rank: ((growths[index % growths.length]?.shuffle ?? 0) * (index + 1)) % 9973,
        }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ log }) => log)
      const half = Math.ceil(shuffled.length / 2)
      const groups = [shuffled.slice(0, half), shuffled.slice(half)].filter(group => group.length > 0)
      expect(lastState(merge(logs)).head).toBe(expected)
      expect(lastState(merge([...logs].reverse())).head).toBe(expected)
      expect(lastState(merge(shuffled)).head).toBe(expected)
      // Two stores that each kept only their winner, then meet.
      expect(lastState(merge(groups.map(merge))).head).toBe(expected)
    }),
    { numRuns: 60 },
  )
  expect(forks).toBeGreaterThan(200)
}, 120_000)
