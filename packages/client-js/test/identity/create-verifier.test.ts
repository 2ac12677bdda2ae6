import { expect, it } from 'vitest'
import { utf8 } from '../../src/core/index.ts'
import { createIdentity, createVerifier } from '../../src/identity.ts'

it('answers at once for a key it has verified before, until newer keys push it out', async () => {
  const verifier = createVerifier({ maxCachedKeys: 2 })
  const message = utf8.encode('message')
  const identities = await Promise.all([createIdentity(), createIdentity(), createIdentity()])
  const verify = async (index: number) => {
    const identity = identities[index] as (typeof identities)[number]
    return verifier.verify(identity.did, message, await identity.sign(message))
  }
  const isCached = async (index: number) => {
    const identity = identities[index] as (typeof identities)[number]
    const answer = verifier.verify(identity.did, message, await identity.sign(message))
    return typeof answer === 'boolean'
  }
  await verify(0)
  await verify(1)
  expect(await isCached(0)).toBe(true)
  await verify(2)
  expect([await isCached(0), await isCached(2)]).toEqual([true, true])
  expect(await isCached(1)).toBe(false)
})

it('keeps no key that signed nothing, so that strangers push nobody out', async () => {
  const verifier = createVerifier({ maxCachedKeys: 2 })
  const [known, stranger, friend] = await Promise.all([createIdentity(), createIdentity(), createIdentity()])
  const message = utf8.encode('message')
  await verifier.verify(known.did, message, await known.sign(message))
  expect(await verifier.verify(stranger.did, message, new Uint8Array(64))).toBe(false)
  expect(await verifier.verify(friend.did, message, await friend.sign(message))).toBe(true)
  expect(verifier.verify(known.did, message, await known.sign(message))).toBe(true)
})
