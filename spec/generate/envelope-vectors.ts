import { issueDelegation } from '../../packages/client-js/src/access/index.ts'
import type {
  Identity,
  RequestEnvelope,
  UnsignedEnvelope,
} from '../../packages/client-js/src/contracts/index.ts'
import { base64url, canonicalJson, signEnvelope, utf8 } from '../../packages/client-js/src/core/index.ts'
import { identityFromSeed } from '../../packages/client-js/src/identity/index.ts'
import { bytesOf, hexOf } from './hex.ts'

const seeds = { issuer: '01'.repeat(32), node: '02'.repeat(32), stranger: '03'.repeat(32) }

/** 2026-01-02T03:04:05.678Z */
const issuedAt = 1_767_323_045_678

interface Parties {
  issuer: Identity
  node: Identity
  stranger: Identity
}

async function parties(): Promise<Parties> {
  const [issuer, node, stranger] = await Promise.all(
    [seeds.issuer, seeds.node, seeds.stranger].map(seed => identityFromSeed(bytesOf(seed))),
  )
  return { issuer, node, stranger } as Parties
}

function unsigned({ issuer, node }: Parties, verb: string, params: object): UnsignedEnvelope {
  return {
    protocol: 'lumos/1',
    id: '019b7c6e-b4ae-7000-8000-000000000001',
    verb,
    params,
    issuer: issuer.did,
    audience: node.did,
    issuedAt,
    deadline: issuedAt + 120_000,
    idempotencyKey: '019b7c6e-b4ae-7000-8000-000000000002',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  } as unknown as UnsignedEnvelope
}

const userMessage = {
  messageId: 'message-1',
  role: 'ROLE_USER',
  parts: [{ text: 'What is 23 × 19? \u2028 你好 👩‍🚀 "\\/' }],
}

const validParams: [name: string, verb: string, params: object][] = [
  ['an empty request', 'node.describe', {}],
  ['a run with text in many scripts', 'agent.run', { agentId: 'assistant', messages: [userMessage] }],
  [
    'numbers of every form',
    'tool.call',
    { name: 'calculator', arguments: { a: 1e30, b: -0.002, c: [0, 1e-7] } },
  ],
  ['reading from an offset', 'run.observe', { runId: 'run-1', offset: 17 }],
  ['another principal’s data', 'thread.list', {}],
]

/** What the last of them rests on: the stranger lets the issuer use their threads. */
async function credentials({
  issuer,
  stranger,
}: Parties): Promise<Pick<UnsignedEnvelope, 'subject' | 'delegations'>> {
  const { token } = await issueDelegation(stranger, {
    audience: issuer.did,
    subject: stranger.did,
    command: '/thread',
    expiresAt: null,
    nonce: bytesOf('00'.repeat(16)),
  })
  return { subject: stranger.did, delegations: [token] }
}

/** What verifies, with every step of how its proof came about. */
async function validVectors(all: Parties) {
  const vectors = []
  for (const [name, verb, params] of validParams) {
    const isDelegated = verb === 'thread.list'
    const body = { ...unsigned(all, verb, params), ...(isDelegated && (await credentials(all))) }
    const envelope = await signEnvelope(body, all.issuer)
    const canonical = canonicalJson(body)
    const [header] = envelope.proof.split('..') as [string]
    vectors.push({
      name,
      canonical,
      protectedHeader: utf8.decode(base64url.decode(header)),
      signingInput: `${header}.${base64url.encode(utf8.encode(canonical))}`,
      signature: hexOf(base64url.decode(envelope.proof.slice(header.length + 2))),
      envelope,
    })
  }
  return vectors
}

type Change = (envelope: RequestEnvelope, all: Parties) => object | Promise<object>

const resigned =
  (change: object): Change =>
  async (envelope, { issuer }) => {
    const { proof: _, ...body } = envelope
    return signEnvelope({ ...body, ...change } as UnsignedEnvelope, issuer)
  }

/** With another protected header, which then stands in the signing input too: well signed, and still refused. */
const reheaded =
  (header: (issuer: Identity) => object): Change =>
  async (envelope, { issuer }) => {
    const { proof: _, ...body } = envelope
    const head = base64url.encode(utf8.encode(JSON.stringify(header(issuer))))
    const input = `${head}.${base64url.encode(utf8.encode(canonicalJson(body)))}`
    const signature = await issuer.sign(utf8.encode(input))
    return { ...body, proof: `${head}..${base64url.encode(signature)}` }
  }

const withSignature =
  (change: (signature: Uint8Array) => void): Change =>
  envelope => {
    const [header, signature] = envelope.proof.split('..') as [string, string]
    const bytes = base64url.decode(signature)
    change(bytes)
    return { ...envelope, proof: `${header}..${base64url.encode(bytes)}` }
  }

// The order of the group, little-endian: S + L verifies too where S is not checked.
const groupOrder = bytesOf('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')

function addGroupOrder(signature: Uint8Array): void {
  let carry = 0
  for (let index = 0; index < 32; index++) {
    const sum = (signature[32 + index] ?? 0) + (groupOrder[index] ?? 0) + carry
    signature[32 + index] = sum & 0xff
    carry = sum >> 8
  }
}

/** `now` is when the node judges; without it `issuedAt`. */
const invalidChanges: [name: string, code: string, change: Change, now?: number][] = [
  [
    'another audience than this node',
    'invalid-proof',
    (envelope, all) => resigned({ audience: all.stranger.did })(envelope, all),
  ],
  ['issued 60,001 ms ago', 'invalid-proof', envelope => envelope, issuedAt + 60_001],
  ['issued 60,001 ms ahead', 'invalid-proof', envelope => envelope, issuedAt - 60_001],
  ['a deadline that is now', 'deadline-exceeded', resigned({ deadline: issuedAt })],
  [
    'a deadline 86,400,001 ms after issuedAt',
    'invalid-request',
    resigned({ deadline: issuedAt + 86_400_001 }),
  ],
  [
    'a changed parameter',
    'invalid-proof',
    envelope => ({ ...envelope, params: { agentId: 'other', messages: [userMessage] } }),
  ],
  [
    'a changed idempotency key',
    'invalid-proof',
    envelope => ({ ...envelope, idempotencyKey: 'another-key-0001' }),
  ],
  [
    'another issuer under the same proof',
    'invalid-proof',
    (envelope, { stranger }) => ({ ...envelope, issuer: stranger.did }),
  ],
  [
    'alg none',
    'invalid-proof',
    envelope => ({ ...envelope, proof: `${base64url.encode(utf8.encode('{"alg":"none"}'))}..` }),
  ],
  ['alg none with a signature', 'invalid-proof', reheaded(issuer => ({ alg: 'none', kid: issuer.did }))],
  [
    'kid of another key',
    'invalid-proof',
    reheaded(() => ({ alg: 'EdDSA', kid: 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' })),
  ],
  [
    'header members in another order',
    'invalid-proof',
    reheaded(issuer => ({ kid: issuer.did, alg: 'EdDSA' })),
  ],
  [
    'a critical header',
    'invalid-proof',
    reheaded(issuer => ({ alg: 'EdDSA', kid: issuer.did, b64: false, crit: ['b64'] })),
  ],
  ['S made larger by the group order', 'invalid-proof', withSignature(addGroupOrder)],
  [
    'a bit of R flipped',
    'invalid-proof',
    withSignature(bytes => {
      bytes[0] = (bytes[0] ?? 0) ^ 1
    }),
  ],
  [
    'a signature of 63 bytes',
    'invalid-proof',
    envelope => ({ ...envelope, proof: envelope.proof.slice(0, -2) }),
  ],
  [
    'free bits of the last base64url character set',
    'invalid-proof',
    envelope => ({ ...envelope, proof: freeBitsSet(envelope.proof) }),
  ],
  ['padded base64', 'invalid-proof', envelope => ({ ...envelope, proof: `${envelope.proof}==` })],
  [
    'the payload not detached',
    'invalid-proof',
    envelope => ({ ...envelope, proof: envelope.proof.replace('..', '.e30.') }),
  ],
  [
    'a subject added under the same proof',
    'invalid-proof',
    (envelope, { stranger }) => ({ ...envelope, subject: stranger.did }),
  ],
  [
    'a delegation added under the same proof',
    'invalid-proof',
    envelope => ({ ...envelope, delegations: ['AA'] }),
  ],
  ['17 delegations, signed', 'invalid-request', resigned({ delegations: Array(17).fill('AA') })],
  ['a padded delegation, signed', 'invalid-request', resigned({ delegations: ['AA=='] })],
  ['a subject of an unknown method, signed', 'invalid-request', resigned({ subject: 'did:other:x' })],
  ['no proof', 'invalid-request', ({ proof: _, ...body }) => body],
  ['an unknown member, signed', 'invalid-request', resigned({ admin: true })],
  ['an unknown verb, signed', 'not-found', resigned({ verb: 'node.erase', params: {} })],
  ['another protocol version, signed', 'protocol-mismatch', resigned({ protocol: 'lumos/2' })],
]

/** 64 bytes leave 4 bits free in the last of 86 characters; a canonical text has them zero. */
function freeBitsSet(proof: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return `${proof.slice(0, -1)}${alphabet[alphabet.indexOf(proof.at(-1) as string) + 1]}`
}

export async function envelopeVectors() {
  const all = await parties()
  const valid = await validVectors(all)
  const base = valid[1]?.envelope as RequestEnvelope
  const invalid = []
  for (const [name, code, change, now] of invalidChanges) {
    invalid.push({ name, code, now: now ?? issuedAt, envelope: await change(base, all) })
  }
  return {
    seeds,
    dids: { issuer: all.issuer.did, node: all.node.did, stranger: all.stranger.did },
    now: issuedAt,
    valid,
    invalid,
  }
}
