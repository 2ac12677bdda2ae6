import { expect, it } from 'vitest'
import type { Identity } from '../../../src/contracts/index.ts'
import { encodeToken } from '../../../src/identity/sealing/token.ts'
import {
  combineShares,
  createGuardianKey,
  createIdentity,
  createRecoveryWords,
  openShare,
  recoveryIdentity,
  splitRecovery,
} from '../../../src/identity.ts'

async function messageOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => expect.unreachable('it was not refused'),
    (error: Error) => error.message,
  )
}

it('every refusal of words says what to look at', async () => {
  const words = (await createRecoveryWords()).split(' ')
  expect(await messageOf(recoveryIdentity('one two'))).toBe('There are 24 recovery words, not 2.')
  expect(await messageOf(recoveryIdentity(words.with(4, 'xyz').join(' ')))).toBe(
    'These are no recovery words: number 5.',
  )
  expect(await messageOf(recoveryIdentity(Array(24).fill('zoo').join(' ')))).toBe(
    'The words do not fit together: one is mistyped or out of place.',
  )
})

it('every refusal of guardians and shares says whose turn it is', async () => {
  const words = await createRecoveryWords()
  const guardians: Identity[] = [await createIdentity(), await createIdentity()]
  const keys = await Promise.all(guardians.map(createGuardianKey))
  const sealed = await splitRecovery(words, { threshold: 2, guardians: keys })
  const other = await splitRecovery(await createRecoveryWords(), { threshold: 2, guardians: keys })
  const open = (shares: typeof sealed, index: number) =>
    openShare(shares[index]?.text ?? '', guardians[index] as Identity)
  const [mine, theirs] = [await open(sealed, 0), await open(other, 1)]

  const split = (threshold: number, guardians: string[]) => splitRecovery(words, { threshold, guardians })
  expect(await messageOf(split(3, keys))).toBe('Choose 2 to 16 guardians, and how many of them it takes.')
  expect(await messageOf(split(2, [keys[0] as string, keys[0] as string]))).toBe(
    'A guardian is named twice: each holds one share.',
  )
  expect(await messageOf(split(2, ['x', 'y']))).toBe('This is not a whole lumos-guardian/1: copy it again.')
  expect(await messageOf(openShare(sealed[0]?.text ?? '', guardians[1] as Identity))).toBe(
    'This share is for another guardian.',
  )
  expect(await messageOf(combineShares([mine]))).toBe('2 shares are needed, and 1 are here.')
  expect(await messageOf(combineShares([mine, theirs]))).toBe(
    'Share 2: This share belongs to another secret, or another splitting.',
  )
  const none = encodeToken({ name: 'lumos-share/1', maxBytes: 1024 }, { share: 'AAAA' })
  expect(await messageOf(combineShares([none]))).toBe('Share 1: This is no share of a recovery secret.')
  const box = encodeToken(
    { name: 'lumos-sealed-share/1', maxBytes: 1024 },
    { guardian: (guardians[0] as Identity).did, box: 'AAAA' },
  )
  expect(await messageOf(openShare(box, guardians[0] as Identity))).toBe(
    'This was sealed for somebody else, or was changed on the way.',
  )
})
