import type { Clock, Identity } from '../../packages/client-js/src/contracts/index.ts'
import { canonicalJson } from '../../packages/client-js/src/core/index.ts'
import {
  appendToDidLog,
  compareDidLogs,
  createDidLog,
  type DidLog,
  identityFromSeed,
  lastState,
  lumosDidDocument,
  verifiedDidLog,
} from '../../packages/client-js/src/identity/index.ts'
import { bytesOf } from './hex.ts'

const seeds = {
  phone: '11'.repeat(32),
  laptop: '12'.repeat(32),
  tablet: '13'.repeat(32),
  words: '14'.repeat(32),
  newWords: '15'.repeat(32),
}

type Cast = Record<keyof typeof seeds, Identity>

/** 2026-01-02T03:04:05.678Z, and whole seconds after it. */
const clockAt = (second: number): Clock => ({
  now: () => 1_767_323_045_678 + second * 1000,
  setTimer: () => () => {},
})

async function logs({ phone, laptop, tablet, words, newWords }: Cast) {
  const created = await createDidLog({
    devices: [
      { key: phone.did, label: 'Phone' },
      { key: laptop.did, label: 'Laptop “work” 💻' },
    ],
    recoveryKeys: [words.did],
    signer: phone,
    clock: clockAt(0),
  })
  const grown = await appendToDidLog(
    created,
    { type: 'add-device', key: tablet.did, label: 'Tablet' },
    laptop,
    {
      clock: clockAt(1),
    },
  )
  const shrunk = await appendToDidLog(grown, { type: 'remove-device', key: laptop.did }, phone, {
    clock: clockAt(2),
  })
  const rotated = await appendToDidLog(
    shrunk,
    { type: 'rotate-recovery', recoveryKeys: [newWords.did] },
    words,
    {
      clock: clockAt(3),
    },
  )
  const ended = await appendToDidLog(rotated, { type: 'deactivate' }, newWords, { clock: clockAt(4) })
  const undone = await appendToDidLog(created, { type: 'remove-device', key: laptop.did }, words, {
    clock: clockAt(9),
  })
  const junior = await appendToDidLog(created, { type: 'remove-device', key: phone.did }, laptop, {
    clock: clockAt(1),
  })
  const senior = await appendToDidLog(created, { type: 'remove-device', key: laptop.did }, phone, {
    clock: clockAt(5),
  })
  return { created, grown, shrunk, rotated, ended, undone, junior, senior }
}

async function described(name: string, log: DidLog) {
  const verified = await verifiedDidLog(log)
  const { did, head, keys, recoveryKeys, isDeactivated } = lastState(verified)
  const canonical = log.map(operation => canonicalJson(operation))
  const cids = verified.states.map(state => state.head)
  const document = lumosDidDocument(lastState(verified))
  return { name, log, canonical, cids, did, head, keys, recoveryKeys, isDeactivated, document }
}

async function fork(left: string, right: string, [a, b]: [DidLog, DidLog]) {
  const [known, other] = await Promise.all([verifiedDidLog(a), verifiedDidLog(b)])
  const { winner, sharedCount } = compareDidLogs(known, other)
  return { logs: [left, right], sharedCount, winner: winner === known ? left : right }
}

export async function didLogVectors() {
  const identities = await Promise.all(
    Object.entries(seeds).map(async ([name, seed]) => [name, await identityFromSeed(bytesOf(seed))] as const),
  )
  const all = await logs(Object.fromEntries(identities) as Cast)
  return {
    seeds,
    logs: await Promise.all(Object.entries(all).map(([name, log]) => described(name, log))),
    forks: [
      await fork('grown', 'undone', [all.grown, all.undone]),
      await fork('junior', 'senior', [all.junior, all.senior]),
      await fork('rotated', 'undone', [all.rotated, all.undone]),
      await fork('ended', 'undone', [all.ended, all.undone]),
      await fork('shrunk', 'junior', [all.shrunk, all.junior]),
    ],
  }
}
