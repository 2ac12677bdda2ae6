import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bytesOf, hexOf } from '../../../../spec/generate/hex.ts'
import type { Did, HostEvent, Identity } from '../../src/contracts/index.ts'
import { isLumosError } from '../../src/contracts/index.ts'
import {
  counterBytes,
  decodeProvenBytes,
  decodeSessionStatement,
  encodeProvenBytes,
  encodeSessionStatement,
  encodeSignedStatement,
  sessionStatementInput,
  utf8,
} from '../../src/core/index.ts'
import { ProvenSession } from '../../src/host/proven-session.ts'
import { createVerifier, identityFromSeed } from '../../src/identity.ts'
import { createMac as createBrowserMac } from '../../src/platform/mac-browser.ts'
import { createMac as createNodeMac } from '../../src/platform/mac-node.ts'
import { ManualClock } from '../../src/testing.ts'

interface Proven {
  name: string
  counter: number
  mac: string
  payload: string
}

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../spec/vectors/session-proofs.json'), 'utf8'),
)
const { seeds, statement } = vectors
const requests: Proven[] = vectors.requests
const seeded = (seed: string): Promise<Identity> => identityFromSeed(bytesOf(seed))

/** The session that the vectors are of; answers with what it would have judged. */
async function openSession() {
  const [node, asker] = await Promise.all([seeded(seeds.node), seeded(seeds.asker)])
  const seen: { issuer: Did; request: string }[] = []
  const session = new ProvenSession({
    nodeId: node.did,
    verifier: createVerifier(),
    clock: new ManualClock(vectors.now),
    challenge: bytesOf(vectors.challenge),
    context: { transport: 'libp2p', remoteNodeId: asker.did },
    async *answer(proven): AsyncGenerator<HostEvent> {
      if (isLumosError(proven)) throw proven
      seen.push({ issuer: proven.issuer, request: utf8.decode(proven.request) })
      yield { id: 1, type: 'result', value: null }
    },
  })
  const ask = async ({ counter, payload }: Proven) => {
    for await (const _ of session.handle(counter, bytesOf(payload), {})) return
  }
  return { session, seen, ask }
}

describe('statements about a session', () => {
  it('have the bytes of the vector', async () => {
    const issuer = await seeded(seeds.issuer)
    const bytes = utf8.encode(statement.text)
    expect(hexOf(encodeSessionStatement(decodeSessionStatement(bytes)))).toBe(hexOf(bytes))
    const input = sessionStatementInput(1, bytes)
    expect(hexOf(input)).toBe(statement.input)
    const signature = await issuer.sign(input)
    expect(hexOf(signature)).toBe(statement.signature)
    expect(hexOf(encodeSignedStatement({ number: 1, signature, statement: bytes }))).toBe(statement.payload)
  })

  it('are taken', async () => {
    expect(await (await openSession()).session.prove(bytesOf(statement.payload))).toBe(1)
  })

  it.each(vectors.refusedStatements as Proven[])('are refused: $name', async ({ payload }) => {
    const { session, ask, seen } = await openSession()
    await expect(session.prove(bytesOf(payload))).rejects.toSatisfy(isLumosError)
    await expect(ask(requests[0] as Proven)).rejects.toMatchObject({ code: 'invalid-proof' })
    expect(seen).toEqual([])
  })
})

describe.each([
  ['Node', createNodeMac],
  ['browser', createBrowserMac],
])('proven requests, %s', (_platform, createMac) => {
  it('have the bytes of the vectors', () => {
    const key = createMac(bytesOf(vectors.secret))(bytesOf(statement.input), new Uint8Array())
    expect(hexOf(key)).toBe(statement.key)
    for (const { counter, mac, payload } of requests) {
      const { request } = decodeProvenBytes(bytesOf(payload))
      const made = createMac(key)(counterBytes(counter), request)
      expect(hexOf(made)).toBe(mac)
      expect(hexOf(encodeProvenBytes({ number: 1, mac: made, request }))).toBe(payload)
    }
  })
})

describe('a session', () => {
  it('takes proven requests in the order of their counters, byte for byte', async () => {
    const { session, seen, ask } = await openSession()
    await session.prove(bytesOf(statement.payload))
    for (const request of requests) await ask(request)
    const issuer = (await seeded(seeds.issuer)).did
    const request = utf8.decode(decodeProvenBytes(bytesOf((requests[0] as Proven).payload)).request)
    expect(seen).toEqual(requests.map(() => ({ issuer, request })))
    for (const again of requests) await expect(ask(again)).rejects.toMatchObject({ code: 'invalid-proof' })
  })

  it.each(vectors.refusedRequests as Proven[])('refuses a request with $name', async vector => {
    const { session, seen, ask } = await openSession()
    await session.prove(bytesOf(statement.payload))
    if (vector.name !== 'another issuer in the envelope') {
      await expect(ask(vector)).rejects.toMatchObject({ code: 'invalid-proof' })
      return expect(seen).toEqual([])
    }
    // The key proves the bytes; that they name another issuer, who reads them sees.
    await ask(vector)
    const { issuer, request } = seen[0] as (typeof seen)[number]
    expect(JSON.parse(request).issuer).not.toBe(issuer)
  })
})
