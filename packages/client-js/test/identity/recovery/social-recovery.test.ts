import { inspect } from 'node:util'
import fc from 'fast-check'
import { combine, split } from 'shamir-secret-sharing'
import { describe, expect, it } from 'vitest'
import type { Identity } from '../../../src/contracts/index.ts'
import { base64url } from '../../../src/core/index.ts'
import {
  decodeShare,
  encodeShare,
  type RecoveryShare,
} from '../../../src/identity/recovery/recovery-share.ts'
import {
  combineShares,
  createGuardianKey,
  createIdentity,
  createMemoryKeyStore,
  createRecoveryWords,
  openShare,
  passShareOn,
  recoveryIdentity,
  splitRecovery,
} from '../../../src/identity.ts'

const invalid = { code: 'invalid-request' }
const forged = { code: 'invalid-proof' }

async function guardiansOf(count: number): Promise<Identity[]> {
  return Promise.all(Array.from({ length: count }, () => createIdentity()))
}

/** Splits fresh words and opens every share. */
async function shared(threshold: number, count: number) {
  const words = await createRecoveryWords()
  const guardians = await guardiansOf(count)
  const keys = await Promise.all(guardians.map(createGuardianKey))
  const sealed = await splitRecovery(words, { threshold, guardians: keys })
  const shares = await Promise.all(
    sealed.map(({ text }, index) => openShare(text, guardians[index] as Identity)),
  )
  return { words, guardians, keys, sealed, shares }
}

describe('3 of 5 shares', () => {
  it('give the words back, whichever three, in any order; also when more come', async () => {
    const { words, shares } = await shared(3, 5)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(shares, { minLength: 3 }), async chosen => {
        expect(await combineShares(chosen)).toBe(words)
      }),
      { numRuns: 40 },
    )
  })

  it('give the same key in another language', async () => {
    const { words, shares } = await shared(3, 5)
    const chinese = await combineShares(shares, { language: 'simplified-chinese' })
    expect((await recoveryIdentity(chinese)).did).toBe((await recoveryIdentity(words)).did)
  })

  it('are not two, nor one three times', async () => {
    const { shares } = await shared(3, 5)
    const [first = '', second = ''] = shares
    const tooFew = { ...invalid, details: { have: 2, need: 3 } }
    await expect(combineShares([first, second])).rejects.toMatchObject(tooFew)
    await expect(combineShares([first, second, first])).rejects.toMatchObject(tooFew)
    await expect(combineShares([])).rejects.toMatchObject({ ...invalid, details: { have: 0, need: 2 } })
  })
})

it('fewer shares than needed say nothing: their bytes are uniform whatever the secret', async () => {
  for (const fill of [0, 255]) {
    const counts = new Array<number>(256).fill(0)
    for (let round = 0; round < 200; round++) {
      const [first, second] = await split(new Uint8Array(32).fill(fill), 3, 3)
      for (const share of [first, second])
        for (const byte of share?.slice(0, 32) ?? []) counts[byte] = (counts[byte] ?? 0) + 1
    }
    const expected = (200 * 2 * 32) / 256
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 255 degrees of freedom: mean 255, deviation 22.6; beyond eight deviations is no chance.
    expect(chiSquare).toBeLessThan(436)
  }
})

it('fewer shares than needed fit every secret: each guess has a last share that confirms it', async () => {
  const [first, second] = await split(Uint8Array.of(42), 3, 3)
  const reached = new Set<number>()
  const x = [1, 2, 3].find(candidate => candidate !== first?.[1] && candidate !== second?.[1]) as number
  for (let y = 0; y < 256; y++) {
    const [secret] = await combine([first as Uint8Array, second as Uint8Array, Uint8Array.of(y, x)])
    reached.add(secret as number)
  }
  expect(reached.size).toBe(256)
})

describe('a wrong share', () => {
  it('is named when it belongs to another secret, or to another splitting of the same', async () => {
    const ours = await shared(2, 3)
    const theirs = await shared(2, 3)
    const again = await splitRecovery(ours.words, { threshold: 2, guardians: ours.keys })
    const other = await openShare(again[1]?.text ?? '', ours.guardians[1] as Identity)
    const [mine, foreign] = [ours.shares[0], theirs.shares[1]].map(text => decodeShare(text as string))
    const posing = { ...(await foreign), set: (await mine)?.set } as RecoveryShare
    const disguised = await encodeShare(posing, await recoveryIdentity(theirs.words))
    for (const stranger of [theirs.shares[1] as string, other, disguised]) {
      const mixed = combineShares([ours.shares[0] as string, stranger])
      await expect(mixed).rejects.toMatchObject({ ...forged, details: { position: 2 } })
    }
  })

  it('is named when any bit of it was changed', async () => {
    const { shares } = await shared(2, 2)
    const [first = '', second = ''] = shares
    const prefix = 'lumos-share/1:'
    const bytes = base64url.decode(second.slice(prefix.length))
    for (let index = 0; index < bytes.length; index++) {
      const changed = bytes.slice()
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8))
      const text = prefix + base64url.encode(changed)
      const error = await combineShares([first, text]).catch(reason => reason)
      expect(['invalid-request', 'invalid-proof']).toContain(error.code)
      expect(error.details).toEqual({ position: 2 })
    }
  })

  it('is named when a guardian made it up, signed by themselves', async () => {
    const { shares, guardians } = await shared(2, 2)
    const genuine = await decodeShare(shares[1] as string)
    const share = genuine.share.map(byte => byte ^ 1)
    const made = await encodeShare({ ...genuine, share }, guardians[1] as Identity)
    const mixed = combineShares([shares[0] as string, made])
    await expect(mixed).rejects.toMatchObject({ ...forged, details: { position: 2 } })
  })

  it('that its own secret signed, but that is none of it, is seen in the end', async () => {
    const { words, shares } = await shared(2, 2)
    const genuine = await decodeShare(shares[1] as string)
    const share = genuine.share.map((byte, index) => (index === 0 ? byte ^ 1 : byte))
    const made = await encodeShare({ ...genuine, share }, await recoveryIdentity(words))
    await expect(combineShares([shares[0] as string, made])).rejects.toMatchObject(forged)
  })

  it.each([
    { threshold: 1 },
    { threshold: 4 },
    { count: 17 },
    { index: 0 },
    { index: 4 },
    { set: 'AAAA' },
    { share: new Uint8Array(32) },
    { secret: 'did:web:example.com' },
    { more: true },
  ])('is no share: %j', async change => {
    const { words, shares } = await shared(2, 3)
    const genuine = await decodeShare(shares[0] as string)
    const made = await encodeShare({ ...genuine, ...change } as never, await recoveryIdentity(words))
    await expect(decodeShare(made)).rejects.toMatchObject(invalid)
  })
})

describe('a sealed share', () => {
  it('opens for its guardian only, and not when a bit was changed', async () => {
    const { sealed, guardians } = await shared(2, 2)
    const [{ guardian, text } = { guardian: '', text: '' }] = sealed
    const [first, second] = guardians as [Identity, Identity]
    expect(guardian).toBe(first.did)
    await expect(openShare(text, second)).rejects.toMatchObject(forged)
    const prefix = 'lumos-sealed-share/1:'
    const bytes = base64url.decode(text.slice(prefix.length))
    for (let index = 0; index < bytes.length; index += 5) {
      const changed = bytes.slice()
      changed[index] = (changed[index] ?? 0) ^ 4
      const error = await openShare(prefix + base64url.encode(changed), first).catch(reason => reason)
      expect(['invalid-request', 'invalid-proof']).toContain(error.code)
    }
  })

  it('says nothing of the share in the open', async () => {
    const { sealed, shares } = await shared(2, 2)
    const { share } = await decodeShare(shares[0] as string)
    expect(sealed[0]?.text).not.toContain(base64url.encode(share))
    const json = new TextDecoder().decode(base64url.decode(sealed[0]?.text.split(':')[1] ?? ''))
    expect(Object.keys(JSON.parse(json))).toEqual(['box', 'guardian'])
  })

  it('is passed on by its guardian to a new device, which alone opens it', async () => {
    const { words, sealed, guardians, shares } = await shared(2, 2)
    const device = await createIdentity()
    const recipient = await createGuardianKey(device)
    const passed = await Promise.all(
      sealed.map(({ text }, index) => passShareOn(text, guardians[index] as Identity, recipient)),
    )
    await expect(openShare(passed[0]?.text ?? '', guardians[0] as Identity)).rejects.toMatchObject(forged)
    const opened = await Promise.all(passed.map(({ text }) => openShare(text, device)))
    expect(opened).toEqual(shares)
    expect(await combineShares(opened)).toBe(words)
  })

  it('cannot be opened by a locked guardian', async () => {
    const guardian = await createMemoryKeyStore().create('guardian')
    const other = await createIdentity()
    const keys = await Promise.all([guardian, other].map(createGuardianKey))
    const [share] = await splitRecovery(await createRecoveryWords(), { threshold: 2, guardians: keys })
    guardian.lock()
    const refusal = { code: 'identity-unavailable' }
    await expect(openShare(share?.text ?? '', guardian)).rejects.toMatchObject(refusal)
  })
})

describe('a guardian’s key', () => {
  it('is the same each time', async () => {
    const guardian = await createIdentity()
    expect(await createGuardianKey(guardian)).toBe(await createGuardianKey(guardian))
  })

  it('is refused when it was changed, or signed by another', async () => {
    const words = await createRecoveryWords()
    const [one, two] = (await guardiansOf(2)) as [Identity, Identity]
    const [good, other] = await Promise.all([createGuardianKey(one), createGuardianKey(two)])
    const decode = (text: string) => JSON.parse(Buffer.from(text.split(':')[1] ?? '', 'base64url').toString())
    const encode = (body: object) => {
      const sorted = Object.fromEntries(Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1)))
      return `lumos-guardian/1:${Buffer.from(JSON.stringify(sorted)).toString('base64url')}`
    }
    expect(encode(decode(good))).toBe(good)
    const swapped = encode({ ...decode(good), agreementKey: decode(other).agreementKey })
    const renamed = encode({ ...decode(good), did: two.did })
    const unsigned = encode({ did: one.did, agreementKey: decode(good).agreementKey })
    for (const key of [swapped, renamed, unsigned]) {
      const splitting = splitRecovery(words, { threshold: 2, guardians: [key, other] })
      await expect(splitting).rejects.toMatchObject(forged)
    }
    for (const key of ['', 'lumos-guardian/1:', good.slice(1), good.slice(0, -1), encode({})]) {
      const splitting = splitRecovery(words, { threshold: 2, guardians: [key, other] })
      await expect(splitting).rejects.toMatchObject(invalid)
    }
  })

  it('needs a signer who signs the same bytes alike', async () => {
    const { did, publicKey } = await createIdentity()
    const sign = () => crypto.getRandomValues(new Uint8Array(64))
    await expect(createGuardianKey({ did, publicKey, sign })).rejects.toMatchObject({ code: 'unsupported' })
  })
})

it.each([
  [1, 2],
  [0, 2],
  [3, 2],
  [1.5, 2],
  [2, 1],
  [2, 17],
])('%j of %j guardians cannot be', async (threshold, count) => {
  const guardians = await Promise.all((await guardiansOf(count)).map(createGuardianKey))
  await expect(splitRecovery(await createRecoveryWords(), { threshold, guardians })).rejects.toMatchObject(
    invalid,
  )
})

it('no guardian holds two shares', async () => {
  const key = await createGuardianKey(await createIdentity())
  const splitting = splitRecovery(await createRecoveryWords(), { threshold: 2, guardians: [key, key] })
  await expect(splitting).rejects.toMatchObject(invalid)
})

it('no error shows words or shares', async () => {
  const { words, shares, sealed } = await shared(2, 3)
  const errors = await Promise.all([
    combineShares([shares[0] as string, (shares[1] as string).slice(0, -2)]).catch(reason => reason),
    combineShares([shares[0] as string]).catch(reason => reason),
    openShare(sealed[0]?.text ?? '', await createIdentity()).catch(reason => reason),
    splitRecovery(words, { threshold: 9, guardians: [] }).catch(reason => reason),
    splitRecovery(`${words} more`, { threshold: 2, guardians: [] }).catch(reason => reason),
  ])
  const shown = errors.map(error => `${inspect(error, { depth: 9 })} ${JSON.stringify(error)}`).join('\n')
  expect(errors.every(error => error instanceof Error)).toBe(true)
  expect(shown).not.toContain(words.split(' ').slice(0, 3).join(' '))
  for (const text of shares) {
    expect(shown).not.toContain(text.slice(20, 60))
    expect(shown).not.toContain(base64url.encode((await decodeShare(text)).share).slice(0, 12))
  }
})
