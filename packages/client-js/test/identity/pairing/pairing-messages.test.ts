import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject, PairingChannel } from '../../../src/contracts/index.ts'
import { base64url, utf8 } from '../../../src/core/index.ts'
import { decodeBody } from '../../../src/identity/pairing/pairing-body.ts'
import { decodeHello, encodeHello } from '../../../src/identity/pairing/pairing-hello.ts'
import {
  assertFresh,
  commitmentOf,
  decodePairingOffer,
  encodePairingOffer,
  newNonce,
  offerDigest,
  type PairingOffer,
} from '../../../src/identity/pairing/pairing-offer.ts'
import { sealBox } from '../../../src/identity/sealing/sealed-box.ts'
import { signBody } from '../../../src/identity/sealing/signed-body.ts'
import { encodeToken } from '../../../src/identity/sealing/token.ts'
import { type AgreementKey, generateAgreementKey } from '../../../src/identity/sealing/x25519.ts'
import { type DidLog, verifyDidLog } from '../../../src/identity.ts'
import { PairingWorld } from './pairing-world.ts'

let world: PairingWorld
let ephemeral: AgreementKey
let offer: PairingOffer
beforeEach(async () => {
  world = await PairingWorld.create()
  ephemeral = await generateAgreementKey()
  offer = {
    device: world.fresh.did,
    label: 'Phone',
    ephemeral: ephemeral.publicKey,
    commitment: await commitmentOf(newNonce()),
    rendezvous: crypto.getRandomValues(new Uint8Array(16)),
    expiresAt: world.clock.now() + 60_000,
  }
})

const bytes = (length: number) => base64url.encode(new Uint8Array(length).fill(7))

describe('an offer', () => {
  it('reads back from its link', async () => {
    expect(await decodePairingOffer(await encodePairingOffer(offer, world.fresh))).toEqual(offer)
  })

  it.each<[string, JsonObject]>([
    ['a device that is no key', { device: 'did:web:acme.example' }],
    ['a number for a device', { device: 5 }],
    ['no label', { label: '' }],
    ['a label that is no text', { label: 5 }],
    ['a label of 65 characters', { label: 'x'.repeat(65) }],
    ['a time that is no whole number', { expiresAt: 5.5 }],
    ['a time that is text', { expiresAt: '5' }],
    ['a key of 31 bytes', { ephemeral: bytes(31) }],
    ['a promise of 33 bytes', { commitment: bytes(33) }],
    ['a place of 15 bytes', { rendezvous: bytes(15) }],
    ['more than an offer has', { more: 1 }],
  ])('is none with %s, though its device signed it', async (_, change) => {
    const { expiresAt, label } = offer
    const places = { ephemeral: bytes(32), commitment: bytes(32), rendezvous: bytes(16) }
    const body = { device: world.fresh.did, label, expiresAt, ...places }
    const kind = { name: 'lumos-pair/1', maxBytes: 1024 }
    const link = async (content: JsonObject) =>
      encodeToken(kind, await signBody(kind.name, content, world.fresh))
    await expect(decodePairingOffer(await link(body))).resolves.toMatchObject({ label })
    await expect(decodePairingOffer(await link({ ...body, ...change }))).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })

  it('is good until its end, and for sixteen minutes at most, clocks included', () => {
    const now = 1_000_000
    const fresh = (expiresAt: number) => () => assertFresh({ ...offer, expiresAt }, now)
    expect(fresh(now + 1)).not.toThrow()
    expect(fresh(now)).toThrow(expect.objectContaining({ code: 'deadline-exceeded' }))
    expect(fresh(now + 16 * 60_000)).not.toThrow()
    expect(fresh(now + 16 * 60_000 + 1)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
  })
})

describe('an answer', () => {
  it('reads back for who made the offer, and for nobody else', async () => {
    const { did: person } = await verifyDidLog(world.log)
    const hello = { device: world.old.did, person, ephemeral: newNonce(), nonce: newNonce() }
    const message = await encodeHello(hello, offer, world.old)
    expect(await decodeHello(message, offer, ephemeral)).toEqual(hello)
    const other = decodeHello(message, offer, await generateAgreementKey())
    await expect(other).rejects.toMatchObject({ code: 'invalid-proof', cause: { code: 'invalid-proof' } })
  })

  it.each<[string, JsonObject]>([
    ['to another offer', { offer: 'x' }],
    ['of a device that is no key', { device: 'did:web:acme.example' }],
    ['of a number', { device: 5 }],
    ['of another device than signed', { device: 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' }],
    ['for no person', { person: 'did:web:acme.example' }],
    ['with a key of 31 bytes', { ephemeral: bytes(31) }],
    ['with a number of 33 bytes', { nonce: bytes(33) }],
    ['with a key that is no text', { ephemeral: 5 }],
  ])('%s is none', async (_, change) => {
    const purpose = 'lumos-pair/1 hello'
    const { did: person } = await verifyDidLog(world.log)
    const body = {
      offer: await offerDigest(offer),
      device: world.old.did,
      person,
      ephemeral: bytes(32),
      nonce: bytes(32),
    }
    const read = async (content: JsonObject) => {
      const signed = utf8.encode(JSON.stringify(await signBody(purpose, content, world.old)))
      return decodeHello(await sealBox(signed, offer.ephemeral, purpose), offer, ephemeral)
    }
    await expect(read(body)).resolves.toMatchObject({ device: world.old.did })
    await expect(read({ ...body, ...change })).rejects.toMatchObject({ code: 'invalid-proof' })
  })

  it('holds an object', () => {
    expect(decodeBody(utf8.encode('{"a":1}'))).toEqual({ a: 1 })
    const refused = expect.objectContaining({
      code: 'malformed-frame',
      message: expect.stringContaining('object'),
    })
    for (const text of ['[]', '5', 'null']) expect(() => decodeBody(utf8.encode(text))).toThrow(refused)
  })
})

describe('a decision', () => {
  /** Forgets what was sent before, as a careless relay might; and counts. */
  function careless(inner: PairingChannel) {
    const sent: { name: string; signal: AbortSignal | undefined }[] = []
    const channel: PairingChannel = {
      async send(name, message, options) {
        sent.push({ name, signal: options?.signal })
        await inner.send(name, message, options).catch(() => {})
      },
      receive: (name, options) => inner.receive(name, options),
    }
    return { channel, sent }
  }

  it('is made once, whatever lies between the devices', async () => {
    const { channel, sent } = careless(world.channel)
    const offered = await world.offer()
    const answered = await world.answer(offered.link, { channel })
    await answered.decline()
    const decided = expect.objectContaining({
      code: 'conflict',
      message: expect.stringContaining('new link'),
    })
    await expect(answered.confirm()).rejects.toThrow(decided)
    await expect(answered.decline()).rejects.toThrow(decided)
    expect(sent).toHaveLength(2)
    await expect(offered.confirm()).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('that was given up is not made, and can be made still', async () => {
    const offered = await world.offer()
    const answered = await world.answer(offered.link)
    const signal = AbortSignal.abort(new Error('changed my mind'))
    await expect(answered.confirm({ signal })).rejects.toThrow('changed my mind')
    await expect(answered.decline({ signal })).rejects.toThrow('changed my mind')
    const [paired] = await Promise.all([offered.confirm(), answered.confirm()])
    expect((await verifyDidLog(paired.log as DidLog)).keys).toContain(world.fresh.did)
  })

  it('and every message before it is sent for as long as its caller waits', async () => {
    const { channel, sent } = careless(world.channel)
    const offered = await world.offer({ channel })
    const answered = await world.answer(offered.link, { channel })
    const { signal } = new AbortController()
    await Promise.all([offered.confirm(), answered.confirm({ signal })])
    expect(sent.map(({ signal }) => signal instanceof AbortSignal)).toEqual([true, true, true])
    expect(sent[2]?.signal).toBe(signal)
  })
})
