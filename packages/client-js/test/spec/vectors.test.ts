import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bytesOf, hexOf } from '../../../../spec/generate/hex.ts'
import { vectorFiles } from '../../../../spec/generate/vector-files.ts'
import type { RequestEnvelope, UnsignedEnvelope } from '../../src/contracts/index.ts'
import {
  canonicalJson,
  decodeJson,
  didFromPeerId,
  EventReader,
  peerIdFromDid,
  publicKeyFromDid,
  signEnvelope,
  verifyEnvelope,
} from '../../src/core/index.ts'
import {
  compareDidLogs,
  createVerifier,
  decodeDidLog,
  identityFromSeed,
  verifiedDidLog,
  verifyDidLog,
} from '../../src/identity.ts'
import { ManualClock } from '../../src/testing.ts'
import { EventStreamReader } from '../../src/transports/http/event-stream-reader.ts'

const vectorsPath = join(import.meta.dirname, '../../../../spec/vectors')
const read = (name: string) => JSON.parse(readFileSync(join(vectorsPath, name), 'utf8'))

it('are what the generator writes, byte for byte', async () => {
  for (const [name, content] of Object.entries(await vectorFiles())) {
    expect(readFileSync(join(vectorsPath, name), 'utf8'), name).toBe(content)
  }
})

describe('canonical JSON', () => {
  const { canonical, refused } = read('canonical-json.json')

  it.each(canonical as { name: string; text: string; canonical: string }[])('$name', vector => {
    const bytes = new TextEncoder().encode(vector.text)
    expect(canonicalJson(decodeJson(bytes))).toBe(vector.canonical)
    expect(canonicalJson(JSON.parse(vector.canonical))).toBe(vector.canonical)
  })

  // Texts from the RFC itself, so that the vectors are not only what our own code says.
  it('agrees with the results printed in RFC 8785', () => {
    expect(canonical[0].canonical).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    expect(Object.values(JSON.parse(canonical[1].canonical))).toEqual([
      'One',
      'Carriage Return',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ])
  })

  it.each(refused as { name: string; hex: string; code: string }[])('refuses $name', ({ hex, code }) => {
    expect(() => decodeJson(bytesOf(hex))).toThrow(expect.objectContaining({ code }))
  })
})

describe('identities', () => {
  const { rfc8032, didKeyMethod, keys, refusedDids } = read('identity.json')

  it.each(rfc8032 as Record<'seed' | 'publicKey' | 'message' | 'signature', string>[])(
    'sign as RFC 8032 says: message $message',
    async vector => {
      const identity = await identityFromSeed(bytesOf(vector.seed))
      expect(hexOf(identity.publicKey)).toBe(vector.publicKey)
      expect(hexOf(await identity.sign(bytesOf(vector.message)))).toBe(vector.signature)
    },
  )

  it.each(didKeyMethod as { seed: string; did: string }[])(
    'are named as did:key says: $did',
    async vector => {
      expect((await identityFromSeed(bytesOf(vector.seed))).did).toBe(vector.did)
    },
  )

  it.each(keys as { publicKey: string; did: string; peerId: string }[])('$did is PeerId $peerId', vector => {
    expect(hexOf(publicKeyFromDid(vector.did))).toBe(vector.publicKey)
    expect(peerIdFromDid(vector.did)).toBe(vector.peerId)
    expect(didFromPeerId(vector.peerId)).toBe(vector.did)
  })

  it.each(refusedDids as { name: string; did: string }[])('are not: $name', async ({ did }) => {
    expect(() => publicKeyFromDid(did)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
    expect(await createVerifier().verify(did as never, new Uint8Array(), new Uint8Array(64))).toBe(false)
  })
})

describe('DID logs', () => {
  const { logs, forks } = read('did-lumos.json')
  const logOf = (name: string) => logs.find((vector: { name: string }) => vector.name === name).log

  it.each(logs as { name: string; log: unknown; did: string; [member: string]: unknown }[])(
    '$name: says what it must',
    async ({ log, did, head, keys, recoveryKeys, isDeactivated }) => {
      const state = await verifyDidLog(decodeDidLog(JSON.stringify(log)))
      expect(state).toMatchObject({ did, head, keys, recoveryKeys, isDeactivated })
    },
  )

  it.each(forks as { logs: [string, string]; winner: string; sharedCount: number }[])(
    'of $logs.0 and $logs.1, $winner is followed',
    async ({ logs: [left, right], winner, sharedCount }) => {
      const [a, b] = await Promise.all([verifiedDidLog(logOf(left)), verifiedDidLog(logOf(right))])
      for (const comparison of [compareDidLogs(a, b), compareDidLogs(b, a)]) {
        expect(comparison.winner.log).toEqual(logOf(winner))
        expect(comparison.sharedCount).toBe(sharedCount)
      }
    },
  )
})

describe('signed envelopes', () => {
  const { seeds, valid } = read('envelopes.json')

  it.each(valid as { name: string; canonical: string; envelope: RequestEnvelope }[])(
    '$name',
    async vector => {
      const { proof, ...unsigned } = vector.envelope
      const issuer = await identityFromSeed(bytesOf(seeds.issuer))
      expect(canonicalJson(unsigned)).toBe(vector.canonical)
      expect((await signEnvelope(unsigned as UnsignedEnvelope, issuer)).proof).toBe(proof)
      await verifyEnvelope(vector.envelope, createVerifier())
    },
  )
})

describe('events', () => {
  const { complete, unknown, refused } = read('events.json')

  it.each(complete as { verb: never; offset: number; events: object[] }[])('of $verb', vector => {
    const reader = new EventReader(vector.verb, vector.offset)
    for (const event of vector.events) {
      expect(reader.isComplete).toBe(false)
      expect(reader.read(event as never)).toEqual(event)
    }
    expect(reader.isComplete).toBe(true)
    const { id, ...rest } = vector.events.at(-1) as { id: number }
    expect(() => reader.read({ id: id + 1, ...rest })).toThrow(
      expect.objectContaining({ code: 'malformed-frame' }),
    )
  })

  it.each(unknown as { verb: never; offset: number; event: never }[])('of a type we do not know', vector => {
    expect(new EventReader(vector.verb, vector.offset).read(vector.event)).toBeUndefined()
  })

  it.each(refused as { name: string; verb: never; offset: number; event: never }[])(
    'refused: $name',
    vector => {
      const reader = new EventReader(vector.verb, vector.offset)
      expect(() => reader.read(vector.event)).toThrow(expect.objectContaining({ code: 'malformed-frame' }))
    },
  )
})

describe('event streams', () => {
  const { keepAlive, streams, broken } = read('event-streams.json')
  type Stream = { verb: string; events: object[]; error?: object; text: string }
  const all = [...streams, broken] as Stream[]

  it.each(all)('of $verb read the same however the bytes are cut', async ({ events, error, text }) => {
    const bytes = new TextEncoder().encode(keepAlive + text.replaceAll('\n\n', `\n\n${keepAlive}`))
    const expected = [...events, ...(error === undefined ? [] : [error])]
    for (const size of [1, 2, 3, 7, 64, bytes.length]) {
      expect(await readAll(bytes, size)).toEqual(expected)
    }
  })
})

async function readAll(bytes: Uint8Array<ArrayBuffer>, chunkSize: number): Promise<unknown[]> {
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += chunkSize) controller.enqueue(bytes.slice(at, at + chunkSize))
      controller.close()
    },
  })
  const reader = new EventStreamReader(body, {
    maxEventBytes: 65_536,
    silenceTimeoutMs: 1000,
    clock: new ManualClock(),
  })
  const all: unknown[] = []
  for (let batch = await reader.read(); batch !== undefined; batch = await reader.read()) {
    all.push(...batch.map(message => JSON.parse(message.data)))
  }
  return all
}
