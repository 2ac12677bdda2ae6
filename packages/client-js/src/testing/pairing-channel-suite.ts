import { beforeEach, describe, expect, it } from 'vitest'
import { maxPairingMessageBytes, type PairingChannel } from '../contracts/index.ts'
import { base64url } from '../core/index.ts'

export interface PairingChannelFixture {
  /** One place, as each of two devices reaches it. */
  ends: [PairingChannel, PairingChannel]
}

/** What every {@link PairingChannel} must do. */
export function pairingChannelSuite(name: string, create: () => Promise<PairingChannelFixture>): void {
  describe(`${name} is a PairingChannel`, () => {
    let one: PairingChannel
    let other: PairingChannel
    beforeEach(async () => {
      ;[one, other] = (await create()).ends
    })
    const newName = () => base64url.encode(crypto.getRandomValues(new Uint8Array(32)))
    const message = Uint8Array.of(0, 1, 254, 255)

    it('gives the other side what one side sent, before or after it asks', async () => {
      const [early, late] = [newName(), newName()]
      await one.send(early, message)
      expect(await other.receive(early)).toEqual(message)
      const waiting = one.receive(late)
      await other.send(late, message)
      expect(await waiting).toEqual(message)
    })

    it('keeps messages of different names apart', async () => {
      const [a, b] = [newName(), newName()]
      await one.send(a, Uint8Array.of(1))
      await one.send(b, Uint8Array.of(2))
      expect([await other.receive(b), await other.receive(a)]).toEqual([Uint8Array.of(2), Uint8Array.of(1)])
    })

    it('takes one message per name, whoever sends it', async () => {
      const name = newName()
      await one.send(name, message)
      await expect(other.send(name, Uint8Array.of(9))).rejects.toMatchObject({ code: 'conflict' })
      expect(await other.receive(name)).toEqual(message)
    })

    it('takes a message of 256 KiB, and none that is larger', { timeout: 60_000 }, async () => {
      const largest = new Uint8Array(maxPairingMessageBytes).fill(7)
      const name = newName()
      await one.send(name, largest)
      expect(Buffer.compare(await other.receive(name), largest)).toBe(0)
      const larger = one.send(newName(), new Uint8Array(maxPairingMessageBytes + 1))
      await expect(larger).rejects.toMatchObject({ code: 'too-large' })
    })

    it('stops waiting when it is aborted', async () => {
      const controller = new AbortController()
      const reason = new Error('never mind')
      const waiting = one.receive(newName(), { signal: controller.signal })
      controller.abort(reason)
      await expect(waiting).rejects.toBe(reason)
      const signal = AbortSignal.abort(reason)
      await expect(one.send(newName(), message, { signal })).rejects.toBe(reason)
      await expect(one.receive(newName(), { signal })).rejects.toBe(reason)
    })
  })
}
