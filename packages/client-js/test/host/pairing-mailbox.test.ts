import { beforeEach, expect, it } from 'vitest'
import type { Did } from '../../src/contracts/index.ts'
import { PairingMailbox } from '../../src/host/pairing-mailbox.ts'
import { createIdentity } from '../../src/identity.ts'
import { Requester } from '../../src/testing/host-fixture.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { setUpHost } from './host-setup.ts'

let clock: ManualClock
let issuer: Did
beforeEach(async () => {
  clock = new ManualClock()
  issuer = (await createIdentity()).did
})

const name = (index: number) => `n${index}`
const now = { waitMs: 0 }

it('a message stays for 15 minutes, for whoever asks again, and is then gone', async () => {
  const mailbox = new PairingMailbox({ clock })
  mailbox.put(name(1), 'AAAA', issuer)
  expect(await mailbox.get(name(1), now)).toBe('AAAA')
  clock.advance(15 * 60_000 - 1)
  expect(await mailbox.get(name(1), now)).toBe('AAAA')
  clock.advance(1)
  expect(await mailbox.get(name(1), now)).toBeUndefined()
  mailbox.put(name(1), 'BBBB', issuer)
  expect(await mailbox.get(name(1), now)).toBe('BBBB')
  expect(clock.timerCount).toBe(0)
})

it('who waits is woken by the message, or told that there is none', async () => {
  const mailbox = new PairingMailbox({ clock })
  const waiting = [mailbox.get(name(1), { waitMs: 1000 }), mailbox.get(name(1), { waitMs: 1000 })]
  mailbox.put(name(2), 'CCCC', issuer)
  mailbox.put(name(1), 'AAAA', issuer)
  expect(await Promise.all(waiting)).toEqual(['AAAA', 'AAAA'])
  const inVain = mailbox.get(name(3), { waitMs: 1000 })
  clock.advance(1000)
  expect(await inVain).toBeUndefined()
  const reason = new Error('gone')
  const aborted = mailbox.get(name(3), { waitMs: 1000, signal: AbortSignal.abort(reason) })
  await expect(aborted).rejects.toBe(reason)
  expect(clock.timerCount).toBe(0)
})

it('one issuer has 8 messages at most, and room again when they are gone', async () => {
  const mailbox = new PairingMailbox({ clock })
  for (let index = 0; index < 8; index++) mailbox.put(name(index), 'AAAA', issuer)
  const refusal = expect.objectContaining({ code: 'rate-limited', retryable: true })
  expect(() => mailbox.put(name(8), 'AAAA', issuer)).toThrow(refusal)
  expect(await mailbox.get(name(8), now)).toBeUndefined()
  mailbox.put(name(8), 'AAAA', (await createIdentity()).did)
  clock.advance(15 * 60_000)
  mailbox.put(name(9), 'AAAA', issuer)
})

it('all messages together have a limit, whoever sends them', async () => {
  const mailbox = new PairingMailbox({ clock, maxTotalBytes: 10 })
  mailbox.put(name(1), 'AAAAAA', issuer)
  const another = (await createIdentity()).did
  expect(() => mailbox.put(name(2), 'AAAAA', another)).toThrow(
    expect.objectContaining({ code: 'rate-limited' }),
  )
  mailbox.put(name(2), 'AAAA', another)
  clock.advance(15 * 60_000)
  mailbox.put(name(3), 'AAAAAAAAAA', another)
})

it('the verbs take names of 43 characters and base64url, and no replacement', async () => {
  const { host } = await setUpHost()
  const [one, other] = [await Requester.create(host), await Requester.create(host)]
  const name = 'n'.repeat(43)
  expect(await other.ask('pairing.get', { name })).toEqual({})
  expect(await one.ask('pairing.put', { name, message: 'AAAA' })).toEqual({})
  expect(await other.ask('pairing.get', { name, waitMs: 25_000 })).toEqual({ message: 'AAAA' })
  await expect(other.ask('pairing.put', { name, message: 'BBBB' })).rejects.toMatchObject({
    code: 'conflict',
  })
  const invalid = { code: 'invalid-request' }
  for (const bad of ['', 'n'.repeat(42), 'n'.repeat(44), `${'n'.repeat(42)}/`]) {
    await expect(one.ask('pairing.put', { name: bad, message: 'AAAA' })).rejects.toMatchObject(invalid)
    await expect(one.ask('pairing.get', { name: bad })).rejects.toMatchObject(invalid)
  }
  for (const message of ['', 'A A', '+/==']) {
    await expect(one.ask('pairing.put', { name: 'm'.repeat(43), message })).rejects.toMatchObject(invalid)
  }
  for (const waitMs of [-1, 25_001, 0.5]) {
    await expect(one.ask('pairing.get', { name, waitMs })).rejects.toMatchObject(invalid)
  }
})
