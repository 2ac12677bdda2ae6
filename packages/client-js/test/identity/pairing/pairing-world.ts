import type { Identity, PairingChannel } from '../../../src/contracts/index.ts'
import {
  type AnsweredPairing,
  answerPairing,
  appendToDidLog,
  createDidLog,
  createIdentity,
  createRecoveryWords,
  type DidLog,
  type OfferedPairing,
  offerPairing,
  recoveryIdentity,
  verifyDidLog,
} from '../../../src/identity.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { MemoryPairingChannel } from '../../../src/testing/memory-pairing-channel.ts'

export interface AnswerOptions {
  channel?: PairingChannel
  device?: Identity
  log?: DidLog
  signal?: AbortSignal
}

/** A new device, an old one with a person's log, and what lies between them. */
export class PairingWorld {
  readonly clock = new ManualClock()
  channel = new MemoryPairingChannel()
  readonly fresh: Identity
  readonly old: Identity
  log: DidLog = []

  private constructor(fresh: Identity, old: Identity) {
    this.fresh = fresh
    this.old = old
  }

  static async create(): Promise<PairingWorld> {
    const world = new PairingWorld(await createIdentity(), await createIdentity())
    world.log = await world.newLog(world.old)
    return world
  }

  /** Of another person, on this device. */
  async newLog(device: Identity): Promise<DidLog> {
    const recovery = await recoveryIdentity(await createRecoveryWords())
    const devices = [{ key: device.did, label: 'Laptop' }]
    return createDidLog({ devices, recoveryKeys: [recovery.did], signer: device, clock: this.clock })
  }

  offer(over: Partial<Parameters<typeof offerPairing>[0]> = {}): Promise<OfferedPairing> {
    const { fresh: device, channel, clock } = this
    return offerPairing({ device, label: 'Phone', channel, clock, ...over })
  }

  async answer(link: string, over: AnswerOptions = {}): Promise<AnsweredPairing> {
    const { channel, clock } = this
    const { device = this.old, log = this.log, ...rest } = over
    return answerPairing(link, {
      channel,
      clock,
      device,
      person: (await verifyDidLog(log)).did,
      addDevice: ({ key, label }) =>
        appendToDidLog(log, { type: 'add-device', key, label }, device, { clock }),
      ...rest,
    })
  }
}
