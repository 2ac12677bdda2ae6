import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject, PrincipalDid } from '../../../src/contracts/index.ts'
import { issueStatusList, StatusList, verifyStatusList } from '../../../src/identity/credentials/index.ts'
import { reason } from '../refused.ts'
import { createParties, emptyList, hour, listUrl, type Parties, partsOf, signAnything } from './parties.ts'

let parties: Parties
let list: StatusList
beforeEach(async () => {
  parties = await createParties()
  list = StatusList.create()
  list.set(7, true)
})

const issued = (purpose: 'revocation' | 'suspension' = 'revocation') => {
  const { issuer, clock } = parties
  return issueStatusList({ issuer, list, url: listUrl, purpose, validForMs: hour, clock })
}

const verify = (jwt: string, issuer: PrincipalDid = parties.organisation) => {
  const { resolver, clock } = parties
  return verifyStatusList(jwt, { url: listUrl, issuer, resolver, clock })
}

describe('a published status list', () => {
  it.each(['revocation', 'suspension'] as const)('for %s reads back', async purpose => {
    const read = await verify(await issued(purpose))
    expect(read).toMatchObject({ purpose, validUntil: parties.clock.now() + hour })
    expect([6, 7, 8].map(index => read.list.get(index))).toEqual([false, true, false])
  })

  const subject = (change: JsonObject): JsonObject => ({
    credentialSubject: {
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList: emptyList,
      ...change,
    },
  })

  it.each<[string, JsonObject, string]>([
    ['of another type', { type: ['VerifiableCredential'] }, 'type'],
    ['of another place', { id: 'https://acme.example/status/2' }, 'malformed'],
    ['that names another issuer', { issuer: 'did:web:other.example' }, 'untrusted-issuer'],
    ['about nothing', { credentialSubject: null }, 'malformed'],
    ['about several things', { credentialSubject: [] }, 'malformed'],
    ['that is another kind of list', subject({ type: 'StatusList2021' }), 'malformed'],
    ['for an unknown purpose', subject({ statusPurpose: 'message' }), 'malformed'],
    ['with a list that is no text', subject({ encodedList: 5 }), 'malformed'],
    ['with a list that cannot be unpacked', subject({ encodedList: 'uAAAA' }), 'malformed'],
    ['that is over', { validUntil: '2020-01-01T00:00:00Z' }, 'expired'],
  ])('%s is refused', async (_, change, expected) => {
    const [header, payload] = partsOf(await issued())
    const jwt = await signAnything({ ...payload, ...change }, header, parties.issuer)
    await expect(verify(jwt)).rejects.toThrow(reason(expected))
  })

  it('of another issuer is refused, though rightly signed', async () => {
    await expect(verify(await issued(), parties.stranger.did)).rejects.toThrow(
      reason('untrusted-issuer', 'forbidden'),
    )
  })
})
