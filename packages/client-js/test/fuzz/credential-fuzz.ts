import { isLumosError } from '../../src/contracts/index.ts'
import { canonicalJson, utf8 } from '../../src/core/index.ts'
import {
  createPresentation,
  issueCredential,
  issueSdCredential,
  type PresentationReplays,
  presentSdCredential,
  verifyPresentation,
  verifySdCredential,
} from '../../src/identity/credentials/index.ts'
import { createParties, hour, type Parties } from '../identity/credentials/parties.ts'
import { byteMutations } from './mutate-bytes.ts'
import { SeededRandom } from './seeded-random.ts'

/** Everything counts as new: what is fuzzed are the readers. */
const replays: PresentationReplays = { assertFirst: async () => {} }
const audience = 'https://verifier.example'
const nonce = 'question-1'
const vct = 'https://acme.example/member'

interface Original {
  text: string
  /** What its reader makes of a text, to compare. */
  read(text: unknown): Promise<string>
}

async function presentation({ issuer, person, phone, clock, policy, resolver }: Parties): Promise<Original> {
  const credential = await issueCredential({
    issuer,
    subject: person,
    types: ['TeamMembershipCredential'],
    claims: { team: 'Blue' },
    validForMs: hour,
    clock,
  })
  const holder = { did: person, identity: phone }
  return {
    text: await createPresentation({ holder, credentials: [credential], audience, nonce, clock }),
    read: async text => {
      const options = { audience, nonce, replays, credentials: [policy], resolver, clock }
      return canonicalJson(await verifyPresentation(text, options))
    },
  }
}

async function partOfCredential({ issuer, phone, clock, policy }: Parties): Promise<Original> {
  const sdJwt = await issueSdCredential({
    issuer,
    type: vct,
    holder: phone.did,
    claims: { team: 'Blue', email: 'anna@example.com', skills: ['chess', 'welding'] },
    disclosable: ['/email', '/skills/0'],
    validForMs: hour,
    clock,
  })
  return {
    text: await presentSdCredential({
      sdJwt,
      holder: phone,
      disclose: ['/skills/0'],
      audience,
      nonce,
      clock,
    }),
    read: async text =>
      canonicalJson(await verifySdCredential(text, { ...policy, type: vct, audience, nonce, replays })),
  }
}

/** What happens to a token in the hands of somebody who knows its parts. */
const tokenMutations: ((text: string, other: string, random: SeededRandom) => string)[] = [
  (text, _other, random) => {
    const parts = text.split(/(?=[.~])/)
    return parts.toSpliced(random.below(parts.length), 1).join('')
  },
  (text, other, random) => {
    const parts = text.split(/([.~])/)
    return parts.with(random.below(parts.length), random.pick(other.split(/([.~])/))).join('')
  },
  (text, _other, random) => {
    const parts = text.split(/([.~])/)
    const index = random.below(parts.length)
    const json = Buffer.from(parts[index] as string, 'base64url')
    const changed = random.pick(Object.values(byteMutations))(new Uint8Array(json), random)
    return parts.with(index, Buffer.from(changed).toString('base64url')).join('')
  },
  (text, _other, random) => text + random.pick(['~', '.', '=', ' ', '\n', '~~', 'A', text]),
]

export interface CredentialFuzzReport {
  refusals: Record<string, number>
  /** Mutations that left the text as it was. */
  unchangedCount: number
}

/** Lets `count` mutations loose on the readers of presentations. Throws for a crash and for a forgery that is accepted. */
export async function fuzzCredentials(seed: number, count: number): Promise<CredentialFuzzReport> {
  const parties = await createParties()
  const random = new SeededRandom(seed)
  const originals = await Promise.all([presentation(parties), partOfCredential(parties)])
  const expected = await Promise.all(originals.map(({ text, read }) => read(text)))
  const report: CredentialFuzzReport = { refusals: {}, unchangedCount: 0 }
  for (let round = 0; round < count; round++) {
    const which = random.below(2)
    const { text, read } = originals[which] as Original
    const changed = mutated(text, (originals[1 - which] as Original).text, random)
    try {
      const accepted = await read(changed)
      if (changed !== text || accepted !== expected[which])
        throw new Error(`Round ${round}: a forgery was accepted.`)
      report.unchangedCount++
    } catch (error) {
      if (!isLumosError(error)) throw error
      report.refusals[error.code] = (report.refusals[error.code] ?? 0) + 1
    }
  }
  return report
}

function mutated(text: string, other: string, random: SeededRandom): string {
  if (random.below(3) > 0) return random.pick(tokenMutations)(text, other, random)
  const bytes = random.pick(Object.values(byteMutations))(utf8.encode(text), random)
  return new TextDecoder().decode(bytes)
}
