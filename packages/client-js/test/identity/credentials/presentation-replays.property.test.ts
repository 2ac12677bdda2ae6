import { expect, it } from 'vitest'
import {
  createPresentation,
  createPresentationReplays,
  issueCredential,
  verifyPresentation,
} from '../../../src/identity/credentials/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { createParties, hour } from './parties.ts'

it('1,000 replays of one presentation, 0 accepted, also after a restart', async () => {
  const { issuer, person, phone, verifier, resolver, clock, policy } = await createParties()
  const credential = await issueCredential({
    issuer,
    subject: person,
    types: ['TeamMembershipCredential'],
    claims: { team: 'Blue' },
    validForMs: hour,
    clock,
  })
  const holder = { did: person, identity: phone }
  const nonce = 'question-1'
  const jwt = await createPresentation({
    holder,
    credentials: [credential],
    audience: verifier,
    nonce,
    clock,
  })
  const store = new MemoryStore()
  const verify = () => {
    // A new one each time, as after a restart. The nonce is known still: what stops a replay is that it was seen.
    const replays = createPresentationReplays({ store, clock })
    return verifyPresentation(jwt, {
      audience: verifier,
      nonce,
      replays,
      credentials: [policy],
      resolver,
      clock,
    })
  }
  expect((await verify()).holder).toBe(person)
  let accepted = 0
  for (let round = 0; round < 1000; round++) {
    await verify().then(
      () => accepted++,
      error => expect(error).toMatchObject({ code: 'replayed-request', details: { reason: 'replayed' } }),
    )
  }
  expect(accepted).toBe(0)
}, 120_000)
