import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Identity } from '../../../src/contracts/index.ts'
import {
  appendToDidLog,
  compareDidLogs,
  createVerifier,
  type DidChange,
  type DidLog,
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
const add = (who: Identity, label = 'New'): DidChange => ({ type: 'add-device', key: who.did, label })

/** Both ways round, since the answer must not depend on who is asked first. */
async function winnerOf(left: DidLog, right: DidLog): Promise<DidLog> {
  const [a, b] = await Promise.all([verifiedDidLog(left), verifiedDidLog(right)])
  const [oneWay, other] = [compareDidLogs(a, b), compareDidLogs(b, a)]
  expect(oneWay.winner).toBe(other.winner)
  expect(oneWay.sharedCount).toBe(other.sharedCount)
  return oneWay.winner.log
}

describe('two logs of one DID', () => {
  it('are the same, or one goes on where the other ends', async () => {
    const { log, phone, tablet } = cast
    const longer = await appendToDidLog(log, add(tablet), phone)
    const [short, long] = await Promise.all([verifiedDidLog(log), verifiedDidLog(longer)])
    expect(compareDidLogs(short, short)).toMatchObject({ relation: 'same', sharedCount: 1 })
    expect(compareDidLogs(short, long)).toMatchObject({ relation: 'ahead', sharedCount: 1, winner: long })
    expect(compareDidLogs(long, short)).toMatchObject({ relation: 'behind', sharedCount: 1, winner: long })
  })

  it('part in a fork, which the more senior device wins', async () => {
    const { log, phone, laptop, tablet, stranger } = cast
    const byPhone = await appendToDidLog(log, add(tablet), phone)
    const byLaptop = await appendToDidLog(
      await appendToDidLog(log, remove(phone), laptop),
      add(stranger),
      laptop,
    )
    const [a, b] = await Promise.all([verifiedDidLog(byPhone), verifiedDidLog(byLaptop)])
    expect(compareDidLogs(a, b).relation).toBe('fork')
    expect(await winnerOf(byPhone, byLaptop)).toEqual(byPhone)
  })

  it('count a senior device that signs later in a branch, not one that the branch let in', async () => {
    const { log, phone, laptop, tablet, stranger } = cast
    const mixed = await appendToDidLog(await appendToDidLog(log, add(tablet), laptop), remove(tablet), phone)
    const plain = await appendToDidLog(log, add(stranger), laptop)
    expect(await winnerOf(mixed, plain)).toEqual(mixed)
    const three = await appendToDidLog(log, add(tablet), phone)
    const byTablet = await appendToDidLog(three, remove(phone), tablet)
    const byLaptop = await appendToDidLog(three, remove(phone), laptop)
    expect(await winnerOf(byTablet, byLaptop)).toEqual(byLaptop)
    // The stranger stands behind the tablet's branch, and the tablet alone behind it where the logs part.
    const grown = await appendToDidLog(
      await appendToDidLog(three, add(stranger), tablet),
      remove(phone),
      stranger,
    )
    expect(await winnerOf(grown, byLaptop)).toEqual(byLaptop)
  })

  it('are won by a recovery key against every device, at the fork or later in the branch', async () => {
    const { log, phone, laptop, tablet, stranger, words } = cast
    const stolen = await appendToDidLog(
      await appendToDidLog(log, remove(laptop), phone),
      add(stranger),
      phone,
    )
    const undone = await appendToDidLog(log, remove(phone), words)
    expect(await winnerOf(stolen, undone)).toEqual(undone)
    const later = await appendToDidLog(await appendToDidLog(log, add(tablet), laptop), remove(phone), words)
    expect(await winnerOf(stolen, later)).toEqual(later)
  })

  it('make whatever a recovery key signed on top of final against devices of the past', async () => {
    const { log, phone, laptop, tablet, words, stranger } = cast
    const settled = await appendToDidLog(await appendToDidLog(log, add(tablet), laptop), remove(phone), words)
    const backdated = await appendToDidLog(log, add(stranger), phone, { clock: new ManualClock(0) })
    expect(await winnerOf(settled, backdated)).toEqual(settled)
  })

  it('are won by the end of the DID: a stolen recovery key cannot bring it back', async () => {
    const { log, words, stranger } = cast
    const ended = await appendToDidLog(log, { type: 'deactivate' }, words, { clock: new ManualClock(2e12) })
    const taken = await appendToDidLog(log, add(stranger), words)
    expect(await winnerOf(ended, taken)).toEqual(ended)
  })

  it('are won by the earlier of equals, then by the smaller name', async () => {
    const { log, phone, tablet, stranger, clock } = cast
    const early = await appendToDidLog(log, add(tablet), phone, { clock })
    const late = await appendToDidLog(log, add(stranger), phone, { clock: new ManualClock(clock.now() + 1) })
    expect(await winnerOf(early, late)).toEqual(early)
    const other = await appendToDidLog(log, add(stranger), phone, { clock })
    const heads = await Promise.all(
      [early, other].map(async each => lastState(await verifiedDidLog(each)).head),
    )
    expect(heads[0]).not.toBe(heads[1])
    const smaller = (heads[0] as string) < (heads[1] as string) ? early : other
    expect(await winnerOf(early, other)).toEqual(smaller)
  })
})

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

it('are resolved the same whoever hears of which first, and also when losers are forgotten', async () => {
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
