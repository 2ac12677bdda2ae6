import { issueDelegation } from '../../src/access/index.ts'
import type { Identity, RequestEnvelope } from '../../src/contracts/index.ts'
import { base64url, createEnvelope, utf8 } from '../../src/core/index.ts'
import { createIdentity } from '../../src/identity/index.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import type { FuzzedHost } from './fuzzed-host.ts'
import { byteMutations } from './mutate-bytes.ts'
import { SeededRandom } from './seeded-random.ts'

export interface DelegationFuzzReport {
  refusals: Record<string, number>
  /** How many requests passed, all of them with what was really given to who asked. */
  admittedCount: number
}

type Forgery = (token: string, parties: Parties, random: SeededRandom) => string | Promise<string>

interface Parties {
  owner: Identity
  asker: Identity
}

/** What somebody may present who wants more than was given: the owner's thread. Their envelopes are well signed. */
const forgeries: Record<string, Forgery> = {
  'bytes changed': (token, _parties, random) => {
    const [, mutate] = random.pick(Object.entries(byteMutations))
    return base64url.encode(mutate(base64url.decode(token), random))
  },
  'characters changed': (token, _parties, random) => {
    const at = random.below(token.length)
    return token.slice(0, at) + random.pick([...'AZaz09-_+/=. ']) + token.slice(at + 1)
  },
  'cut or joined': (token, _parties, random) => {
    const at = random.below(token.length)
    return random.pick([token.slice(0, at), token.slice(at), token + token, `${token}A`, `${token}=`])
  },
  'audience replaced': (token, { asker }) =>
    base64url.encode(replaceIn(base64url.decode(token), audienceOf(token), asker.did)),
  'signed by who is not the owner': async (_token, { owner, asker }) =>
    (
      await issueDelegation(asker, {
        audience: asker.did,
        subject: owner.did,
        command: '/',
        expiresAt: null,
      })
    ).token,
  'said to be the owner’s': async (_token, { owner, asker }) => {
    const forger: Identity = { ...asker, did: owner.did }
    const fields = { audience: asker.did, subject: owner.did, command: '/', expiresAt: null } as const
    return (await issueDelegation(forger, fields)).token
  },
  'a powerline of one’s own': async (_token, { asker }) =>
    (await issueDelegation(asker, { audience: asker.did, subject: null, command: '/', expiresAt: null }))
      .token,
  'somebody else’s as it is': token => token,
}

/**
 * Throws at the first request that a host lets in without the owner's leave.
 *
 * @param options.isGuest - asks in the name of strangers, who hold nothing; else of those who hold one delegation each
 */
export async function fuzzDelegations(
  fuzzed: FuzzedHost,
  options: { seed: number; count: number; isGuest: boolean },
): Promise<DelegationFuzzReport> {
  const random = new SeededRandom(options.seed)
  const { owner, tokens } = fuzzed.delegated
  const report: DelegationFuzzReport = { refusals: {}, admittedCount: 0 }
  const strangers = await Promise.all(Array.from({ length: 20 }, () => createIdentity()))
  const holders = [...tokens.keys()]
  for (let index = 0; index < options.count; index++) {
    const asker = random.pick(options.isGuest ? strangers : holders)
    const genuine = tokens.get(asker)
    const [kind, forge] = random.pick(Object.entries(forgeries))
    const forged = await forge(random.pick([...tokens.values()]), { owner, asker }, random)
    const delegations = random.below(4) === 0 && genuine !== undefined ? [forged, genuine] : [forged]
    const envelope = await createEnvelope({
      verb: 'thread.list',
      params: {},
      identity: asker,
      audience: fuzzed.host.nodeId,
      clock: new ManualClock(),
      credentials: { subject: owner.did, delegations },
    })
    const where = `mutant ${index} of seed ${options.seed} (${kind})`
    const code = await verdictOn(fuzzed, envelope, where)
    if (code !== 'admitted') report.refusals[code] = (report.refusals[code] ?? 0) + 1
    else if (genuine !== undefined && delegations.includes(genuine)) report.admittedCount++
    else throw new Error(`Let in on a forged delegation: ${where}`)
  }
  return report
}

async function verdictOn(fuzzed: FuzzedHost, envelope: RequestEnvelope, where: string): Promise<string> {
  try {
    await fuzzed.judgeBytes(utf8.encode(JSON.stringify(envelope)))
    return 'admitted'
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === undefined || code === 'internal')
      throw new Error(`Failed inside: ${where}`, { cause: error })
    return code
  }
}

/** The DID after the name `aud`, as it stands in the bytes. */
function audienceOf(token: string): string {
  const text = Buffer.from(base64url.decode(token)).toString('latin1')
  return /aud.{2}(did:key:z[1-9A-HJ-NP-Za-km-z]+)/s.exec(text)?.[1] as string
}

function replaceIn(bytes: Uint8Array, text: string, replacement: string): Uint8Array {
  const changed = Buffer.from(bytes)
  const at = changed.indexOf(text)
  changed.write(replacement, at, 'latin1')
  return new Uint8Array(changed)
}
