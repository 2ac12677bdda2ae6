import {
  type AbortOptions,
  type Did,
  type KeptIdentity,
  type KeySecret,
  LumosError,
  type PairingChannel,
} from '../../contracts/index.ts'
import { appendToDidLog, type DidChange, type DidLog, type LumosDid, verifyDidLog } from '../did-log/index.ts'
import { type AnsweredPairing, answerPairing } from '../pairing/index.ts'
import { createRecoveryWords, recoveryIdentity, type WordLanguage } from '../recovery/index.ts'
import { type WholePlace, writePersonRecord } from './person-place.ts'
import { withNewDevice } from './with-new-device.ts'

export interface PersonDevice {
  did: Did
  label: string
  /** ISO 8601, UTC: what the device that added it claims. */
  addedAt: string
  isThisDevice: boolean
}

export interface RotateRecoveryOptions extends AbortOptions {
  /** The present 24 words. */
  words: string
  /** Of the new words. @default 'english' */
  language?: WordLanguage
}

/** A person on this device: one name, several devices. Give {@link Person.device} to a client as its identity. */
export class Person {
  readonly did: LumosDid
  readonly #place: WholePlace
  #device: KeptIdentity

  constructor(did: LumosDid, device: KeptIdentity, place: WholePlace) {
    this.did = did
    this.#device = device
    this.#place = place
  }

  /** Signs for the person, from this device. May be locked. */
  get device(): KeptIdentity {
    return this.#device
  }

  /** The person's log as this device knows it: give it to who must know the person's devices. */
  async log(options?: AbortOptions): Promise<DidLog> {
    const log = await this.#place.didLogs.log(this.did, options)
    if (log !== undefined) return log
    throw new LumosError('not-found', `The log of ${this.did} is not known here: pair or recover again.`)
  }

  /**
   * Takes in what another device or a node knows of the person's devices.
   *
   * @throws {LumosError} as `DidLogStore.offer`; `invalid-proof` for the log of somebody else
   */
  async learn(log: DidLog, options?: AbortOptions): Promise<void> {
    await verifyDidLog(log, { ...options, did: this.did })
    await this.#place.didLogs.offer(log, options)
  }

  /** Most senior first. */
  async listDevices(options?: AbortOptions): Promise<PersonDevice[]> {
    const log = await this.log(options)
    const { devices } = await verifyDidLog(log, { ...options, did: this.did })
    return devices.map(({ key, label }) => ({
      did: key,
      label,
      addedAt: log.find(operation => names(operation, key))?.at ?? '',
      isThisDevice: key === this.#device.did,
    }))
  }

  /**
   * Answers the link of a new device. Compare the codes, then confirm.
   *
   * @throws {LumosError} as `answerPairing`; `identity-unavailable` while locked
   */
  acceptPairing(link: string, options: AbortOptions & { channel: PairingChannel }): Promise<AnsweredPairing> {
    return answerPairing(link, {
      ...options,
      device: this.#device,
      person: this.did,
      clock: this.#place.clock,
      addDevice: ({ key, label }) => this.#change([{ type: 'add-device', key, label }]),
    })
  }

  /**
   * The device speaks for this person no more, wherever the log gets known.
   *
   * @throws {LumosError} `invalid-request` for a device that is none, or the last one
   */
  async removeDevice(did: Did, options: AbortOptions = {}): Promise<void> {
    options.signal?.throwIfAborted()
    await this.#change([{ type: 'remove-device', key: did }])
  }

  /**
   * A new key for this device; the old one speaks for the person no more, and is deleted.
   *
   * @param options - the passphrase of the new key, where keys have one
   */
  async rotate(options: KeySecret = {}): Promise<void> {
    const old = this.#device
    const label = (await this.listDevices(options)).find(({ isThisDevice }) => isThisDevice)?.label
    if (label === undefined) throw new LumosError('forbidden', 'This device was removed: pair it again.')
    this.#device = await withNewDevice(this.#place, { ...options, label }, async device => {
      await this.#change([
        { type: 'add-device', key: device.did, label },
        { type: 'remove-device', key: old.did },
      ])
      await writePersonRecord(this.#place, { did: this.did, keyName: device.name })
      return device
    })
    await this.#place.keyStore.delete(old.name)
  }

  /**
   * New recovery words; the old ones, and all shares of them, recover nothing any more.
   *
   * @throws {LumosError} `invalid-request` for words that are none; `invalid-proof` for those of another identity
   */
  async rotateRecovery({ words, language, signal }: RotateRecoveryOptions): Promise<string> {
    signal?.throwIfAborted()
    const newWords = await createRecoveryWords(language)
    const recoveryKeys = [(await recoveryIdentity(newWords)).did]
    await this.#change([{ type: 'rotate-recovery', recoveryKeys }], await recoveryIdentity(words))
    return newWords
  }

  /** All changes or none. */
  async #change(
    changes: readonly DidChange[],
    signer: Pick<KeptIdentity, 'did' | 'publicKey' | 'sign'> = this.#device,
  ) {
    const { didLogs, clock } = this.#place
    let log = await this.log()
    for (const change of changes) log = await appendToDidLog(log, change, signer, { clock })
    await didLogs.offer(log)
    return log
  }
}

function names(operation: DidLog[number], key: Did): boolean {
  if (operation.type === 'create') return operation.devices.some(device => device.key === key)
  return operation.type === 'add-device' && operation.key === key
}
