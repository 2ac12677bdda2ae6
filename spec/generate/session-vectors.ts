import { createHmac } from 'node:crypto'
import type { Identity } from '../../packages/client-js/src/contracts/index.ts'
import { base64url } from '../../packages/client-js/src/core/index.ts'
import { identityFromSeed } from '../../packages/client-js/src/identity/index.ts'
import { bytesOf, hexOf } from './hex.ts'

const seeds = {
  issuer: '01'.repeat(32),
  node: '02'.repeat(32),
  stranger: '03'.repeat(32),
  asker: '04'.repeat(32),
}
const challenge = '05'.repeat(32)
const secret = '06'.repeat(32)

/** 2026-01-02T03:04:05.678Z */
const now = 1_767_323_045_678

/** Written step by step from the words of spec/session.md, with none of the code that the SDK does it with. */
export async function sessionVectors() {
  const [issuer, node, stranger, asker] = (await Promise.all(
    Object.values(seeds).map(seed => identityFromSeed(bytesOf(seed))),
  )) as [Identity, Identity, Identity, Identity]
  const fields = {
    asker: asker.did,
    audience: node.did,
    challenge: base64url.encode(bytesOf(challenge)),
    createdAt: now,
    expiresAt: now + 300_000,
    issuer: issuer.did,
    protocol: 'lumos-session/1',
    secret: base64url.encode(bytesOf(secret)),
  }
  const first = await stated(1, JSON.stringify(fields), issuer)
  const request = JSON.stringify(envelopeOf(issuer, node))
  const foreign = JSON.stringify(envelopeOf(stranger, node))
  const refuse = async (name: string, change: object, signer = issuer) => ({
    name,
    payload: (await stated(1, JSON.stringify({ ...fields, ...change }), signer)).payload,
  })
  return {
    seeds,
    now,
    challenge,
    secret,
    statement: first,
    requests: [7, 8, 4_294_967_296].map(counter => proven(1, first.key, counter, request)),
    refusedStatements: [
      await refuse('signed by another', {}, stranger),
      await refuse('for another node', { audience: stranger.did }),
      await refuse('of another asker', { asker: stranger.did }),
      await refuse('for another session', { challenge: base64url.encode(bytesOf('07'.repeat(32))) }),
      await refuse('of another protocol', { protocol: 'lumos-session/2' }),
      await refuse('from a clock that is a minute ahead', {
        createdAt: now + 60_001,
        expiresAt: now + 70_000,
      }),
      await refuse('good for too long', { expiresAt: now + 300_001 }),
      await refuse('expired', { createdAt: now - 2000, expiresAt: now }),
      await refuse('with a member too many', { note: '' }),
      await refuse('with a secret that is too short', { secret: base64url.encode(bytesOf('06'.repeat(31))) }),
      { name: 'cut off', payload: first.payload.slice(0, 2 + 2 * 64) },
      { name: 'number 0', payload: (await stated(0, JSON.stringify(fields), issuer)).payload },
      { name: 'under another number', payload: `02${first.payload.slice(2)}` },
    ],
    refusedRequests: [
      { name: 'a key that nobody brought', ...proven(2, first.key, 1, request) },
      { name: 'another key', ...proven(1, '08'.repeat(32), 1, request) },
      { name: 'the secret itself as key', ...proven(1, secret, 1, request) },
      { name: 'another counter', ...proven(1, first.key, 2, request), counter: 1 },
      { name: 'no MAC', counter: 1, payload: `01${Buffer.from(request).toString('hex')}` },
      { name: 'half a MAC', ...halved(proven(1, first.key, 1, request)) },
      { name: 'another byte', ...changed(proven(1, first.key, 1, request)) },
      { name: 'another issuer in the envelope', ...proven(1, first.key, 1, foreign) },
    ],
  }
}

async function stated(number: number, text: string, signer: Identity) {
  const input = Buffer.concat([Buffer.from('lumos-session/1\0'), Buffer.of(number), Buffer.from(text)])
  const signature = hexOf(await signer.sign(input))
  return {
    number,
    text,
    input: input.toString('hex'),
    signature,
    key: createHmac('sha256', bytesOf(secret)).update(input).digest('hex'),
    payload: hexOf(Uint8Array.of(number)) + signature + Buffer.from(text).toString('hex'),
  }
}

function proven(number: number, key: string, counter: number, request: string) {
  const counted = Buffer.alloc(8)
  counted.writeBigUInt64BE(BigInt(counter))
  const mac = createHmac('sha256', bytesOf(key)).update(counted).update(request).digest('hex')
  return { counter, mac, payload: hexOf(Uint8Array.of(number)) + mac + Buffer.from(request).toString('hex') }
}

type Proven = ReturnType<typeof proven>

const macEnd = 2 + 2 * 32

function halved({ payload, ...rest }: Proven): Proven {
  return { ...rest, payload: payload.slice(0, 2 + 32) + payload.slice(macEnd) }
}

function changed({ payload, ...rest }: Proven): Proven {
  return { ...rest, payload: payload.slice(0, -2) + (payload.endsWith('7d') ? '7c' : '7d') }
}

function envelopeOf(issuer: Identity, node: Identity): object {
  return {
    audience: node.did,
    deadline: now + 120_000,
    id: '019b7c6e-b4ae-7000-8000-000000000001',
    idempotencyKey: '019b7c6e-b4ae-7000-8000-000000000002',
    issuedAt: now,
    issuer: issuer.did,
    params: {},
    protocol: 'lumos/1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    verb: 'node.describe',
  }
}
