import { beforeEach, describe, expect, it } from 'vitest'
import type { Did, Identity, PairingChannel } from '../../../src/contracts/index.ts'
import { base64url, canonicalJson } from '../../../src/core/index.ts'
import { decodeHello } from '../../../src/identity/pairing/pairing-hello.ts'
import {
  commitmentOf,
  encodePairingOffer,
  messageName,
  newNonce,
  type PairingOffer,
} from '../../../src/identity/pairing/pairing-offer.ts'
import { openPairingSession } from '../../../src/identity/pairing/pairing-session.ts'
import { generateAgreementKey } from '../../../src/identity/sealing/x25519.ts'
import {
  answerPairing,
  appendToDidLog,
  createIdentity,
  type DidLog,
  type OfferedPairing,
  offerPairing,
  verifyDidLog,
} from '../../../src/identity.ts'
import type { ManualClock } from '../../../src/testing/manual-clock.ts'
import { MemoryPairingChannel } from '../../../src/testing/memory-pairing-channel.ts'
import { PairingWorld } from './pairing-world.ts'

const forged = { code: 'invalid-proof' }

let world: PairingWorld
let clock: ManualClock
let channel: MemoryPairingChannel
let fresh: Identity
let old: Identity
beforeEach(async () => {
  world = await PairingWorld.create()
  ;({ clock, channel, fresh, old } = world)
})

const offer: PairingWorld['offer'] = options => world.offer(options)
const answer: PairingWorld['answer'] = (link, options) => world.answer(link, options)
/** As when nothing was ever sent. */
const newChannel = () => {
  channel = new MemoryPairingChannel()
  world.channel = channel
}

/** Fails the test when a pairing that should have failed went on. */
async function failureOf(pairing: OfferedPairing): Promise<{ code: string }> {
  return pairing.confirm().then(
    () => expect.unreachable('the pairing succeeded'),
    error => error,
  )
}

describe('a pairing', () => {
  it('shows the same six digits on both devices, and gives the new one the log that names it', async () => {
    const offered = await offer()
    const answered = await answer(offered.link)
    expect(answered).toMatchObject({ device: fresh.did, label: 'Phone' })
    expect(answered.code).toMatch(/^\d{6}$/)
    expect(await offered.code).toBe(answered.code)
    const [paired] = await Promise.all([offered.confirm(), answered.confirm({ label: 'Anna’s phone' })])
    const state = await verifyDidLog(paired.log, { did: paired.person })
    expect(state.devices).toEqual([
      { key: old.did, label: 'Laptop' },
      { key: fresh.did, label: 'Anna’s phone' },
    ])
    expect(clock.timerCount).toBe(0)
  })

  it('shows other digits each time', async () => {
    const codes = new Set<string>()
    for (let round = 0; round < 5; round++) {
      newChannel()
      codes.add((await answer((await offer()).link)).code)
    }
    expect(codes.size).toBeGreaterThan(3)
  })

  it('passes through a link that a mail broke into lines', async () => {
    const offered = await offer()
    const broken = ` ${offered.link.replaceAll(/.{60}/g, '$&\r\n ')}\n`
    expect((await answer(broken)).code).toBe(await offered.code)
  })

  it('shows whoever keeps the messages neither devices, person, label nor log', async () => {
    const seen: string[] = []
    const watched: PairingChannel = {
      async send(name, message, options) {
        seen.push(name, Buffer.from(message).toString('latin1'))
        await channel.send(name, message, options)
      },
      receive: (name, options) => channel.receive(name, options),
    }
    const offered = await offer({ channel: watched })
    const answered = await answer(offered.link, { channel: watched })
    const [{ person }] = await Promise.all([offered.confirm(), answered.confirm()])
    const shown = seen.join('\n')
    expect(seen).toHaveLength(6)
    for (const secret of ['did:', fresh.did, old.did, person, 'Phone', 'device', answered.code]) {
      expect(shown).not.toContain(secret)
    }
  })

  it('ends for the new device when the old one declines', async () => {
    const offered = await offer()
    const answered = await answer(offered.link)
    await answered.decline()
    expect(await failureOf(offered)).toMatchObject({ code: 'forbidden' })
    await expect(answered.confirm()).rejects.toMatchObject({ code: 'conflict' })
    expect(clock.timerCount).toBe(0)
  })

  it('is decided once', async () => {
    const offered = await offer()
    const answered = await answer(offered.link)
    await answered.confirm()
    await expect(answered.confirm()).rejects.toMatchObject({ code: 'conflict' })
    await expect(answered.decline()).rejects.toMatchObject({ code: 'conflict' })
    expect(await offered.confirm()).toBe(await offered.confirm())
  })

  it('ends when the new device cancels, or its caller aborts', async () => {
    const cancelled = await offer()
    cancelled.cancel()
    cancelled.cancel()
    expect(await failureOf(cancelled)).toMatchObject({ code: 'forbidden' })
    await expect(cancelled.code).rejects.toMatchObject({ code: 'forbidden' })
    const controller = new AbortController()
    const aborted = await offer({ signal: controller.signal })
    const reason = new Error('never mind')
    controller.abort(reason)
    await expect(aborted.confirm()).rejects.toBe(reason)
    await expect(offer({ signal: controller.signal })).rejects.toBe(reason)
    await expect(answer(aborted.link, { signal: controller.signal })).rejects.toBe(reason)
    expect(clock.timerCount).toBe(0)
  })

  it.each(['', 'x'.repeat(65), 'a\nb', 'a\u202eb'])('offers no device that calls itself %j', async label => {
    await expect(offer({ label })).rejects.toMatchObject({ code: 'invalid-request' })
  })
})

describe('an expired pairing', () => {
  it('is answered by nobody', async () => {
    const offered = await offer()
    clock.advance(600_000)
    await expect(answer(offered.link)).rejects.toMatchObject({ code: 'deadline-exceeded' })
    expect(await failureOf(offered)).toMatchObject({ code: 'deadline-exceeded' })
    expect(clock.timerCount).toBe(0)
  })

  it('adds no device when it is confirmed too late', async () => {
    const offered = await offer({ lifetimeMs: 60_000 })
    const answered = await answer(offered.link)
    clock.advance(60_000)
    await expect(answered.confirm()).rejects.toMatchObject({ code: 'deadline-exceeded' })
    expect(await failureOf(offered)).toMatchObject({ code: 'deadline-exceeded' })
  })

  it('ends for the old device that waits for one that went away', async () => {
    const offered = await offer()
    offered.cancel()
    const answering = answer(offered.link)
    const failing = expect(answering).rejects.toMatchObject({ code: 'deadline-exceeded' })
    await until(() => clock.timerCount === 1)
    clock.advance(600_000)
    await failing
  })

  it('cannot be made to last for hours', async () => {
    const offered = await offer({ lifetimeMs: 17 * 60_000 })
    await expect(answer(offered.link)).rejects.toMatchObject({ code: 'invalid-request' })
    offered.cancel()
  })
})

describe('somebody in the middle', () => {
  it('who swaps the link makes the codes differ', async () => {
    const honest = await offer()
    const [mine, theirs] = [await createIdentity(), await createIdentity()]
    const between = new MemoryPairingChannel()
    // Towards the old device they are a new one, towards the new device an old one with a person of their own.
    const swapped = await offerPairing({ device: mine, label: 'Phone', channel: between, clock })
    const toOld = await answer(swapped.link, { channel: between })
    const toNew = await answer(honest.link, { device: theirs, log: await world.newLog(theirs) })
    expect(await honest.code).toBe(toNew.code)
    expect(await swapped.code).toBe(toOld.code)
    expect(await honest.code).not.toBe(toOld.code)
    expect(toOld.device).toBe(mine.did)
  })

  it('cannot look for a number that gives both sides the same code: it is promised before the keys are known', async () => {
    const ephemeral = await generateAgreementKey()
    const promised = newNonce()
    for (const told of [base64url.encode(newNonce()), '', 7, null]) {
      const offered: PairingOffer = {
        device: fresh.did,
        label: 'Phone',
        ephemeral: ephemeral.publicKey,
        commitment: await commitmentOf(promised),
        rendezvous: crypto.getRandomValues(new Uint8Array(16)),
        expiresAt: clock.now() + 60_000,
      }
      const answering = answer(await encodePairingOffer(offered, fresh))
      const hello = await decodeHello(
        await channel.receive(await messageName(offered, 'hello')),
        offered,
        ephemeral,
      )
      const session = await openPairingSession(ephemeral.privateKey, 'new', { offer: offered, hello })
      await channel.send(await messageName(offered, 'reveal'), await session.seal('new', { nonce: told }))
      await expect(answering).rejects.toMatchObject(forged)
    }
  })

  it('who changes the offer without the device’s key is refused', async () => {
    const { link } = await offer()
    const body = bodyOf(link)
    const other = bodyOf((await offer()).link)
    for (const change of [
      { device: old.did },
      { label: 'Your bank' },
      { ephemeral: other.ephemeral },
      { commitment: other.commitment },
      { rendezvous: other.rendezvous },
      { expiresAt: (body.expiresAt as number) + 1 },
      { signature: other.signature },
    ]) {
      await expect(answer(linkOf({ ...body, ...change }))).rejects.toMatchObject(forged)
    }
  })

  it('who answers an offer with the answer to another is refused', async () => {
    const first = await offer()
    const kept: Uint8Array[] = []
    const recording: PairingChannel = {
      async send(name, message, options) {
        kept.push(message.slice())
        await channel.send(name, message, options)
      },
      receive: (name, options) => channel.receive(name, options),
    }
    await answer(first.link, { channel: recording })
    const second = await offer({ channel: always(kept[0] as Uint8Array) })
    expect(await failureOf(second)).toMatchObject(forged)
  })

  it('who sends the same log twice pairs nobody twice', async () => {
    const offered = await offer()
    const answered = await answer(offered.link)
    await answered.confirm()
    const { link } = offered
    await expect(answer(link)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a person who is not who they said', () => {
  /** Confirms with a log of the caller's choice. */
  async function confirmedWith(change: (honest: DidLog, offered: Did) => Promise<unknown>) {
    const offered = await offer()
    const answered = await answerPairing(offered.link, {
      channel,
      clock,
      device: old,
      person: (await verifyDidLog(world.log)).did,
      addDevice: async ({ key }) => (await change(world.log, key)) as DidLog,
    })
    await answered.confirm()
    return failureOf(offered)
  }

  it('gives no log of another person', async () => {
    const other = await world.newLog(old)
    const failure = await confirmedWith((_, key) =>
      appendToDidLog(other, { type: 'add-device', key, label: 'Phone' }, old, { clock }),
    )
    expect(failure).toMatchObject(forged)
  })

  it('gives no log without the new device, nor one that let it in long ago by another', async () => {
    expect(await confirmedWith(async honest => honest)).toMatchObject(forged)
    newChannel()
    const third = await createIdentity()
    world.log = await appendToDidLog(
      world.log,
      { type: 'add-device', key: third.did, label: 'Tablet' },
      old,
      { clock },
    )
    const failure = await confirmedWith((honest, key) =>
      appendToDidLog(honest, { type: 'add-device', key, label: 'Phone' }, third, { clock }),
    )
    expect(failure).toMatchObject(forged)
  })

  it.each([[null], [[]], ['log'], [{ log: [] }]])('gives no log that is none: %j', async value => {
    const failure = await confirmedWith(async () => value)
    expect(['invalid-request', 'invalid-proof']).toContain(failure.code)
  })
})

describe('a log that is too long', () => {
  it('is refused before it is sent', async () => {
    const offered = await offer()
    const answered = await answerPairing(offered.link, {
      channel,
      clock,
      device: old,
      person: (await verifyDidLog(world.log)).did,
      addDevice: async () => ['x'.repeat(300_000)] as never,
    })
    await expect(answered.confirm()).rejects.toMatchObject({ code: 'too-large' })
    offered.cancel()
  })
})

function bodyOf(link: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(link.split(':')[1] ?? '', 'base64url').toString())
}

function linkOf(body: object): string {
  return `lumos-pair/1:${Buffer.from(canonicalJson(body)).toString('base64url')}`
}

/** Gives the same message to whoever waits for any. */
function always(message: Uint8Array): PairingChannel {
  return { send: async () => {}, receive: async () => message }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise(resolve => setImmediate(resolve))
}
