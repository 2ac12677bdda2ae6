import type { RequestEnvelope } from '../../src/contracts/index.ts'
import { base64url, utf8 } from '../../src/core/index.ts'
import type { SeededRandom } from './seeded-random.ts'

type Loose = Record<string, unknown>

/** Changes one envelope, with another, equally valid one to steal from. */
export type EnvelopeMutation = (envelope: Loose, other: RequestEnvelope, random: SeededRandom) => Loose

const memberNames = [
  'protocol',
  'id',
  'verb',
  'params',
  'issuer',
  'subject',
  'delegations',
  'audience',
  'issuedAt',
  'deadline',
  'idempotencyKey',
  'traceparent',
  'proof',
] as const

const values: unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  'x',
  '\u0000',
  'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
  'did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP',
  'x'.repeat(5000),
  [],
  {},
  [[[]]],
  { toString: 'x' },
  { length: 1e9 },
]

/** What happens to a request in the hands of somebody who knows its members. */
export const envelopeMutations: Record<string, EnvelopeMutation> = {
  'a member replaced': (envelope, _other, random) => ({
    ...envelope,
    [random.pick(memberNames)]: random.pick(values),
  }),
  'a member removed': (envelope, _other, random) => {
    const { [random.pick(memberNames)]: _removed, ...rest } = envelope
    return rest
  },
  'a member added': (envelope, _other, random) => ({
    ...envelope,
    [random.pick(['admin', 'sub', 'exp', 'aud', '', 'Proof', 'proof ', 'context'])]: random.pick(values),
  }),
  'two members swapped': (envelope, _other, random) => {
    const [a, b] = [random.pick(memberNames), random.pick(memberNames)]
    return { ...envelope, [a]: envelope[b], [b]: envelope[a] }
  },
  'members of another request': (envelope, other, random) => {
    const changed: Loose = { ...envelope }
    for (let count = 1 + random.below(4); count > 0; count--) {
      const name = random.pick(memberNames)
      changed[name] = other[name]
    }
    return changed
  },
  'another issuer and everything else kept': (envelope, other) => ({ ...envelope, issuer: other.issuer }),
  'time moved': (envelope, _other, random) => {
    const shift = (random.below(2) === 0 ? -1 : 1) * random.below(200_000)
    return { ...envelope, [random.pick(['issuedAt', 'deadline'])]: Number(envelope.issuedAt) + shift + 1e-3 }
  },
  'params changed': (envelope, _other, random) => ({
    ...envelope,
    params: {
      ...(envelope.params as Loose),
      [random.pick(['agentId', 'runId', 'threadId', 'x'])]: random.pick(values),
    },
  }),
  'another subject': (envelope, other) => ({ ...envelope, subject: other.subject ?? other.issuer }),
  'other delegations': (envelope, other, random) => {
    const [own = [], theirs = []] = [envelope.delegations as string[] | undefined, other.delegations]
    const changed = random.pick([theirs, [...own, ...theirs], [...own, ...own], own.map(flipped(random)), []])
    return { ...envelope, delegations: changed }
  },
  'another proof': (envelope, other, random) => ({
    ...envelope,
    proof: random.pick(proofForgeries)(String(envelope.proof), other, random),
  }),
}

/** One character of a token replaced. */
function flipped(random: SeededRandom): (token: string) => string {
  return token => {
    const at = random.below(token.length)
    return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
  }
}

type Forgery = (proof: string, other: RequestEnvelope, random: SeededRandom) => string

// The order of the group, little-endian.
const groupOrder = Uint8Array.from(
  Buffer.from('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex'),
)

function parts(proof: string): [header: string, signature: string] {
  return proof.split('..') as [string, string]
}

/** The proof with `change` applied to the bytes of its signature. */
function resign(proof: string, change: (signature: Uint8Array) => void): string {
  const [header, text] = parts(proof)
  const signature = base64url.decode(text)
  change(signature)
  return `${header}..${base64url.encode(signature)}`
}

/** The proof under another protected header. */
function rehead(proof: string, header: unknown): string {
  return `${base64url.encode(utf8.encode(JSON.stringify(header)))}..${parts(proof)[1]}`
}

const proofForgeries: Forgery[] = [
  (proof, other) => `${parts(proof)[0]}..${parts(other.proof)[1]}`,
  (proof, other) => `${parts(other.proof)[0]}..${parts(proof)[1]}`,
  proof => rehead(proof, { alg: 'none' }),
  (proof, other) => rehead(proof, { alg: 'EdDSA', kid: other.issuer }),
  proof => rehead(proof, { alg: 'HS256', kid: 'x' }),
  proof => `${parts(proof)[0]}..`,
  proof => proof.replace('..', '.e30.'),
  proof => proof.replace('..', '.'),
  proof => `${proof}=`,
  proof => `${proof}.x`,
  proof =>
    proof
      .replaceAll('-', '+')
      .replaceAll('_', '/')
      .concat(proof.includes('-') ? '' : '='),
  (proof, _other, random) => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const tail = alphabet.indexOf(proof.at(-1) as string)
    return proof.slice(0, -1) + alphabet[tail + 1 + random.below(15)]
  },
  proof => resign(proof, bytes => bytes.fill(0)),
  proof => resign(proof, bytes => bytes.fill(0, 32)),
  proof => resign(proof, bytes => bytes.copyWithin(0, 32)),
  (proof, _other, random) =>
    resign(proof, bytes => {
      const at = random.below(64)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
    }),
  proof =>
    resign(proof, bytes => {
      let carry = 0
      for (let index = 0; index < 32; index++) {
        const sum = (bytes[32 + index] ?? 0) + (groupOrder[index] ?? 0) + carry
        bytes[32 + index] = sum & 0xff
        carry = sum >> 8
      }
    }),
]
