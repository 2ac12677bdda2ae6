import { createHash, randomBytes } from 'node:crypto'
import { SDJwtInstance } from '@sd-jwt/core'
import { beforeEach, expect, it } from 'vitest'
import type { Did, Identity } from '../../../src/contracts/index.ts'
import { base64url, publicKeyFromDid, utf8 } from '../../../src/core/index.ts'
import {
  issueSdCredential,
  presentSdCredential,
  verifySdCredential,
} from '../../../src/identity/credentials/index.ts'
import { createVerifier } from '../../../src/identity/index.ts'
import { createParties, freshReplays, hour, type Parties } from './parties.ts'

let parties: Parties
beforeEach(async () => {
  parties = await createParties()
})

const vct = 'https://acme.example/member'
const nonce = 'question-1'
const claims = {
  team: 'Blue',
  email: 'anna@example.com',
  skills: ['chess', 'welding'],
  address: { city: 'Zürich' },
}

const signs = (identity: Identity) => async (data: string) =>
  base64url.encode(await identity.sign(utf8.encode(data)))
const verifies = (did: Did) => async (data: string, signature: string) =>
  createVerifier().verify(did, utf8.encode(data), base64url.decode(signature))

/** The maintained JavaScript implementation, with our keys. */
function theirs(): SDJwtInstance<Record<string, unknown>> {
  const { tablet, phone } = parties
  return new SDJwtInstance({
    signer: signs(tablet),
    signAlg: 'EdDSA',
    verifier: verifies(tablet.did),
    kbSigner: signs(phone),
    kbSignAlg: 'EdDSA',
    kbVerifier: verifies(phone.did),
    hasher: async data =>
      new Uint8Array(
        createHash('sha256')
          .update(Buffer.from(data as string))
          .digest(),
      ),
    hashAlg: 'sha-256',
    saltGenerator: async () => randomBytes(16).toString('base64url'),
  })
}

it('what we issue and present verifies there', async () => {
  const { issuer, phone, clock, verifier } = parties
  const sdJwt = await issueSdCredential({
    issuer,
    type: vct,
    holder: phone.did,
    claims,
    disclosable: ['/email', '/skills/1', '/address', '/address/city'],
    decoyCount: 2,
    validForMs: hour,
    clock,
  })
  const currentDate = Math.floor(clock.now() / 1000)
  expect((await theirs().verify(sdJwt, { currentDate })).payload).toMatchObject(claims)
  const disclose = ['/address/city', '/skills/1']
  const presentation = await presentSdCredential({
    sdJwt,
    holder: phone,
    disclose,
    audience: verifier,
    nonce,
    clock,
  })
  const { payload, kb } = await theirs().verify(presentation, { currentDate, keyBindingNonce: nonce })
  expect(payload).toMatchObject({ team: 'Blue', skills: ['chess', 'welding'], address: { city: 'Zürich' } })
  expect(payload).not.toHaveProperty('email')
  expect(kb?.payload).toMatchObject({ aud: verifier, nonce })
})

it('what is issued and presented there verifies here', async () => {
  const { organisation, phone, clock, verifier, policy } = parties
  const iat = Math.floor(clock.now() / 1000)
  const x = base64url.encode(publicKeyFromDid(phone.did))
  const frame = { _sd: ['email', 'address'], skills: { _sd: [1] }, _sd_decoy: 2 }
  const sdJwt = await theirs().issue(
    {
      ...claims,
      iss: organisation,
      vct,
      iat,
      exp: iat + 3600,
      cnf: { jwk: { kty: 'OKP', crv: 'Ed25519', x } },
    },
    frame as never,
    { header: { typ: 'dc+sd-jwt', kid: `${organisation}#key-1` } },
  )
  const presentation = await theirs().present(sdJwt, { address: true, skills: { 1: true } } as never, {
    kb: { payload: { iat, aud: verifier, nonce } },
  })
  const asked = { ...policy, type: vct, audience: verifier, nonce, replays: freshReplays(parties) }
  const { claims: shown } = await verifySdCredential(presentation, asked)
  expect(shown).toEqual({ team: 'Blue', skills: ['chess', 'welding'], address: { city: 'Zürich' } })
})
