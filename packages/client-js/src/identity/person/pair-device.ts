import type { KeySecret, PairingChannel } from '../../contracts/index.ts'
import { offerPairing } from '../pairing/index.ts'
import { Person } from './person.ts'
import { assertVacant, type PersonPlace, wholePlace, writePersonRecord } from './person-place.ts'
import { withNewDevice } from './with-new-device.ts'

export interface PairDeviceOptions extends PersonPlace, KeySecret {
  /** What this device calls itself. */
  label: string
  channel: PairingChannel
  /** How long the link is good for, in milliseconds. @default 600000 */
  lifetimeMs?: number
  /** Told once, to show the link or its QR code. */
  onLink(link: string): void
  /**
   * Told once the other device has answered. Resolve to whether a person saw the same code on both.
   *
   * @param code - six digits
   */
  onCode(code: string): Promise<boolean> | boolean
}

/**
 * Makes this device one of a person's, who lets it in from another device (`person.acceptPairing`).
 *
 * @throws {LumosError} `forbidden` when a code was not confirmed on either device; `deadline-exceeded`; `conflict` when
 *   somebody of that name is on this device; `invalid-proof` when somebody meddles
 */
export async function pairDevice(options: PairDeviceOptions): Promise<Person> {
  const { label, channel, lifetimeMs, signal, onLink, onCode } = options
  const place = wholePlace(options)
  await assertVacant(place, { signal })
  return withNewDevice(place, options, async device => {
    const pairing = await offerPairing({ device, label, channel, clock: place.clock, lifetimeMs, signal })
    try {
      onLink(pairing.link)
      if (!(await onCode(await pairing.code))) pairing.cancel()
      const { person, log } = await pairing.confirm()
      await place.didLogs.offer(log, { signal })
      await writePersonRecord(place, { did: person, keyName: device.name })
      return new Person(person, device, place)
    } finally {
      pairing.cancel()
    }
  })
}
