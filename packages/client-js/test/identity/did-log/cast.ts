import type { Identity } from '../../../src/contracts/index.ts'
import { createDidLog, type DidLog, identityFromSeed } from '../../../src/identity/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'

/** The same identity for the same number, always. */
export function identityOf(number: number): Promise<Identity> {
  const seed = new Uint8Array(32).fill(7)
  new DataView(seed.buffer).setUint32(0, number)
  return identityFromSeed(seed)
}

export interface Cast {
  phone: Identity
  laptop: Identity
  tablet: Identity
  stranger: Identity
  words: Identity
  newWords: Identity
  clock: ManualClock
  /** Of a phone and a laptop, made by the phone. */
  log: DidLog
}

/** A person with devices and 24 words, and somebody else. */
export async function createCast(): Promise<Cast> {
  const [phone, laptop, tablet, stranger, words, newWords] = (await Promise.all(
    [1, 2, 3, 4, 5, 6].map(identityOf),
  )) as [Identity, Identity, Identity, Identity, Identity, Identity]
  const clock = new ManualClock()
  const log = await createDidLog({
    devices: [
      { key: phone.did, label: 'Phone' },
      { key: laptop.did, label: 'Laptop' },
    ],
    recoveryKeys: [words.did],
    signer: phone,
    clock,
  })
  return { phone, laptop, tablet, stranger, words, newWords, clock, log }
}
