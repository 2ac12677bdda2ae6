import {
  type AbortOptions,
  type Clock,
  type Did,
  type Identity,
  type JsonValue,
  LumosError,
  type PairingChannel,
} from '../../contracts/index.ts'
import { base64url, deadlineSignal, linkedAbort } from '../../core/index.ts'
import type { DidLog, LumosDid } from '../did-log/index.ts'
import { generateAgreementKey } from '../sealing/x25519.ts'
import { encodeHello, type PairingHello } from './pairing-hello.ts'
import {
  assertFresh,
  commitmentOf,
  decodePairingOffer,
  messageName,
  newNonce,
  type PairingOffer,
} from './pairing-offer.ts'
import { openPairingSession, type PairingSession } from './pairing-session.ts'

export interface AnswerPairingOptions extends AbortOptions {
  /** This device, one of the person's. */
  device: Identity
  person: LumosDid
  channel: PairingChannel
  clock: Clock
  /** Adds the new device's key to the person's log, and resolves to that. Called once, after the codes were compared. */
  addDevice(device: { key: Did; label: string }): Promise<DidLog>
}

/** The old device's half of a pairing. */
export interface AnsweredPairing {
  /** Who asks, and what it calls itself. Not to be believed before the codes were compared. */
  readonly device: Did
  readonly label: string
  /** The same digits as on the new device, unless somebody stands in between. */
  readonly code: string
  /** The codes are the same: adds the device under `label`, what its owner calls it, and tells it. */
  confirm(options?: AbortOptions & { label?: string }): Promise<void>
  /** Tells the new device that it is not wanted. */
  decline(options?: AbortOptions): Promise<void>
}

/**
 * Answers a link that a new device shows.
 *
 * @throws {LumosError} `invalid-request`, `invalid-proof` for a link that is none; `deadline-exceeded` for an old one;
 *   `conflict` for one that was answered before
 */
export async function answerPairing(link: string, options: AnswerPairingOptions): Promise<AnsweredPairing> {
  const { clock, signal } = options
  signal?.throwIfAborted()
  const offer = await decodePairingOffer(link)
  assertFresh(offer, clock.now())
  using deadline = deadlineSignal(clock, offer.expiresAt)
  using life = linkedAbort(signal, deadline.signal)
  const { session, code } = await meet(offer, options, life.signal)
  return new OpenPairing(offer, { ...options, session, code })
}

async function meet(
  offer: PairingOffer,
  { device, person, channel }: AnswerPairingOptions,
  signal: AbortSignal,
): Promise<{ session: PairingSession; code: string }> {
  const ephemeral = await generateAgreementKey()
  const hello: PairingHello = {
    device: device.did,
    person,
    ephemeral: ephemeral.publicKey,
    nonce: newNonce(),
  }
  const session = await openPairingSession(ephemeral.privateKey, 'old', { offer, hello })
  await channel.send(await messageName(offer, 'hello'), await encodeHello(hello, offer, device), { signal })
  const message = await channel.receive(await messageName(offer, 'reveal'), { signal })
  const { nonce } = await session.open('new', message)
  const bytes = typeof nonce === 'string' ? base64url.decode(nonce) : new Uint8Array()
  const commitment = await commitmentOf(bytes)
  if (!commitment.every((byte, index) => byte === offer.commitment[index])) {
    throw new LumosError(
      'invalid-proof',
      'The new device told another number than it had promised: start again.',
    )
  }
  return { session, code: await session.code(bytes) }
}

class OpenPairing implements AnsweredPairing {
  readonly device: Did
  readonly label: string
  readonly code: string
  readonly #offer: PairingOffer
  readonly #options: AnswerPairingOptions & { session: PairingSession }
  #isDecided = false

  constructor(
    offer: PairingOffer,
    { code, ...options }: AnswerPairingOptions & { session: PairingSession; code: string },
  ) {
    this.device = offer.device
    this.label = offer.label
    this.code = code
    this.#offer = offer
    this.#options = options
  }

  async confirm({ label = this.label, signal }: AbortOptions & { label?: string } = {}): Promise<void> {
    this.#decide(signal)
    assertFresh(this.#offer, this.#options.clock.now())
    const log = await this.#options.addDevice({ key: this.device, label })
    await this.#tell({ log: log as DidLog & JsonValue }, signal)
  }

  async decline({ signal }: AbortOptions = {}): Promise<void> {
    this.#decide(signal)
    await this.#tell({}, signal)
  }

  #decide(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted()
    if (this.#isDecided) throw new LumosError('conflict', 'This pairing was decided before: show a new link.')
    this.#isDecided = true
  }

  async #tell(body: { log?: JsonValue }, signal: AbortSignal | undefined): Promise<void> {
    const { session, channel } = this.#options
    const message = await session.seal('old', body)
    await channel.send(await messageName(this.#offer, 'grant'), message, { signal })
  }
}
