import { mnemonicToSeed } from '@scure/bip39'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entropyOfWords, wordsOfEntropy } from '../../../src/identity/recovery/recovery-words.ts'
import { wordLanguages } from '../../../src/identity/recovery/word-lists.ts'
import { createRecoveryWords, createVerifier, recoveryIdentity } from '../../../src/identity.ts'
import { identitySuite } from '../../../src/testing/identity-suite.ts'
import bip39 from './bip39-vectors.json' with { type: 'json' }

const whole = bip39.vectors.filter(({ words }) => words.split(' ').length === 24)
const shorter = bip39.vectors.filter(({ words }) => words.split(' ').length < 24)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const invalid = { code: 'invalid-request' }

identitySuite('a recovery', async () => recoveryIdentity(await createRecoveryWords()), createVerifier())

describe('the official vectors of BIP-39', () => {
  it.each(whole)('hold: $entropy', async ({ entropy, words, seed }) => {
    expect(await wordsOfEntropy(Buffer.from(entropy, 'hex'))).toBe(words)
    expect(hex(await entropyOfWords(words))).toBe(entropy)
    expect(hex(await mnemonicToSeed(words, 'TREZOR'))).toBe(seed)
  })

  it('of 12 and 18 words are refused: 24 it is', async () => {
    expect([whole.length, shorter.length]).toEqual([8, 16])
    for (const { words } of shorter) await expect(entropyOfWords(words)).rejects.toMatchObject(invalid)
  })
})

describe.each(wordLanguages)('recovery words in %s', language => {
  it('are 24, fresh each time, and read back whatever white space is between them', async () => {
    const [words, others] = [await createRecoveryWords(language), await createRecoveryWords(language)]
    expect(words.split(' ')).toHaveLength(24)
    expect(others).not.toBe(words)
    const { did } = await recoveryIdentity(words)
    expect((await recoveryIdentity(` \n${words.replaceAll(' ', '\t\n ')}\r\n`)).did).toBe(did)
    expect((await recoveryIdentity(words.toUpperCase())).did).toBe(did)
  })

  it('stand for the same key as in any other language', async () => {
    const entropy = await entropyOfWords(await createRecoveryWords())
    const expected = (await recoveryIdentity(await wordsOfEntropy(entropy))).did
    expect((await recoveryIdentity(await wordsOfEntropy(entropy, language))).did).toBe(expected)
  })

  it('with two words exchanged, or one replaced, are seldom words at all, and never the same key', async () => {
    const words = await createRecoveryWords(language)
    const { did } = await recoveryIdentity(words)
    const swapped = words.split(' ').reverse().join(' ')
    const outcome = await recoveryIdentity(swapped).then(
      identity => identity.did,
      error => error.code,
    )
    expect(outcome).not.toBe(did)
  })
})

it('Chinese words need no spaces', async () => {
  const words = await createRecoveryWords('simplified-chinese')
  const { did } = await recoveryIdentity(words)
  expect((await recoveryIdentity(words.replaceAll(' ', ''))).did).toBe(did)
  expect((await recoveryIdentity(`\n ${words.replaceAll(' ', '')} `)).did).toBe(did)
})

it('the key of known words is this one, whatever becomes of the code', async () => {
  const { words = '' } = whole[0] ?? {}
  expect((await recoveryIdentity(words)).did).toBe('did:key:z6MknXoXUqzam7By59SUvyVdLVbjyvEkAo2PUnBopA9rQuVC')
})

it('mistyped words are pointed out by position, never quoted', async () => {
  const words = (await createRecoveryWords()).split(' ')
  const typed = words.map((word, index) => (index === 2 || index === 23 ? `${word}zz` : word))
  const error = await recoveryIdentity(typed.join(' ')).catch(reason => reason)
  expect(error).toMatchObject({ code: 'invalid-request', details: { unknownWords: [3, 24] } })
  for (const word of new Set(typed)) expect(` ${error.message} ${error.stack}`).not.toContain(` ${word} `)
  expect(error.message).not.toContain('zz')
})

it('words of no list are all pointed out', async () => {
  const typed = Array.from({ length: 24 }, (_, index) => `zz${index}`).join(' ')
  await expect(recoveryIdentity(typed)).rejects.toMatchObject({
    ...invalid,
    message: expect.stringContaining('number 1, 2, 3'),
    details: { unknownWords: Array.from({ length: 24 }, (_, index) => index + 1) },
  })
})

it('words that do not fit together are refused without naming any', async () => {
  const words = Array.from({ length: 24 }, () => 'abandon').join(' ')
  await expect(recoveryIdentity(words)).rejects.toMatchObject({ ...invalid, details: { unknownWords: [] } })
})

it('anything else is refused', async () => {
  await expect(recoveryIdentity('')).rejects.toMatchObject(invalid)
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.array(fc.string({ minLength: 1 }), { minLength: 24, maxLength: 24 }).map(w => w.join(' ')),
      ),
      async text => {
        await expect(recoveryIdentity(text)).rejects.toMatchObject(invalid)
      },
    ),
    { numRuns: 100 },
  )
})
