import { beforeAll, describe, expect, it } from 'vitest'
import type { Identity } from '../../../src/contracts/index.ts'
import {
  appendToDidLog,
  compareDidLogs,
  type DidChange,
  type DidLog,
  lastState,
  verifiedDidLog,
} from '../../../src/identity/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { type Cast, createCast } from './cast.ts'

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
