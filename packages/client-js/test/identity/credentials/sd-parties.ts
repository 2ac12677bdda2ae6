import {
  type IssueSdCredentialOptions,
  issueSdCredential,
  type PresentSdCredentialOptions,
  presentSdCredential,
  type SdCredentialPolicy,
  type VerifiedSdCredential,
  verifySdCredential,
} from '../../../src/identity/credentials/index.ts'
import { createParties, freshReplays, hour, type Parties } from './parties.ts'

export const vct = 'https://acme.example/credentials/team-membership'
export const nonce = 'question-1'
export const claims = {
  team: 'Blue',
  role: 'member',
  email: 'anna@example.com',
  address: { city: 'Zürich', country: 'CH' },
  skills: ['welding', 'Haskell', 'chess'],
}

/** Parties who issue, present and verify a credential with selective disclosure. */
export interface SdParties extends Parties {
  sdPolicy: SdCredentialPolicy
  issue(change?: Partial<IssueSdCredentialOptions>): Promise<string>
  present(change?: Partial<PresentSdCredentialOptions>): Promise<string>
  verify(presentation: unknown, change?: Partial<SdCredentialPolicy>): Promise<VerifiedSdCredential>
}

export async function createSdParties(): Promise<SdParties> {
  const parties = await createParties()
  const { issuer, phone, clock, verifier: audience } = parties
  const sdPolicy = { ...parties.policy, type: vct, audience, nonce, replays: freshReplays(parties) }
  const issue: SdParties['issue'] = change =>
    issueSdCredential({
      issuer,
      type: vct,
      holder: phone.did,
      claims,
      disclosable: ['/email', '/address', '/address/city', '/skills/0', '/skills/2', '/role'],
      decoyCount: 3,
      validForMs: hour,
      clock,
      ...change,
    })
  return {
    ...parties,
    sdPolicy,
    issue,
    present: async change =>
      presentSdCredential({
        sdJwt: change?.sdJwt ?? (await issue()),
        holder: phone,
        disclose: [],
        audience,
        nonce,
        clock,
        ...change,
      }),
    verify: (presentation, change) => verifySdCredential(presentation, { ...sdPolicy, ...change }),
  }
}
