import { randomBytes } from '#platform'
import {
  type AbortOptions,
  type Clock,
  type Did,
  type Identity,
  LumosError,
  type PairingChannel,
} from '../../contracts/index.ts'
import { base64url, deadlineSignal, linkedAbort } from '../../core/index.ts'
import { type DidLog, type DidLogState, type LumosDid, verifyDidLog } from '../did-log/index.ts'
import { readDidLog } from '../did-log/read-did-log.ts'
import { generateAgreementKey } from '../sealing/x25519.ts'
import { decodeHello, type PairingHello } from './pairing-hello.ts'
import {
  commitmentOf,
  encodePairingOffer,
  messageName,
  newNonce,
  type PairingOffer,
} from './pairing-offer.ts'
import { openPairingSession, type PairingSession } from './pairing-session.ts'

export interface OfferPairingOptions extends AbortOptions {
  /** The new device's identity. */
  device: Identity
  /** What it calls itself, 1 to 64 characters. */
  label: string
  channel: PairingChannel
  clock: Clock
  /** @default 600000, ten minutes; at most 15 */
  lifetimeMs?: number | undefined
}

/** The new device's half of a pairing. */
export interface OfferedPairing {
  /** To show as a link or QR code. */
  readonly link: string
  /** Resolves once the other device has answered: compare it with the one shown there. */
  readonly code: Promise<string>
  /**
   * Says that both devices show the same code, and resolves to the person's log once the other device says so too.
   *
   * @throws {LumosError} `invalid-proof`; `forbidden` when the other side declined; `deadline-exceeded`
   */
  confirm(): Promise<PairedLog>
  /** Ends it. Idempotent. */
  cancel(): void
}

export interface PairedLog {
  person: LumosDid
  log: DidLog
}

interface Answered {
  hello: PairingHello
  session: PairingSession
}

export async function offerPairing(options: OfferPairingOptions): Promise<OfferedPairing> {
  const { device, label, channel, clock, lifetimeMs = 600_000 } = options
  options.signal?.throwIfAborted()
  const [ephemeral, nonce] = [await generateAgreementKey(), newNonce()]
  const offer: PairingOffer = {
    device: device.did,
    label,
    ephemeral: ephemeral.publicKey,
    commitment: await commitmentOf(nonce),
    rendezvous: randomBytes(16),
    expiresAt: clock.now() + lifetimeMs,
  }
  const link = await encodePairingOffer(offer, device)
  const deadline = deadlineSignal(clock, offer.expiresAt)
  const life = linkedAbort(options.signal, deadline.signal)
  const { signal } = life
  const end = () => {
    deadline.clear()
    life[Symbol.dispose]()
  }

  const answer = async (): Promise<Answered & { code: string }> => {
    const message = await channel.receive(await messageName(offer, 'hello'), { signal })
    const hello = await decodeHello(message, offer, ephemeral)
    const session = await openPairingSession(ephemeral.privateKey, 'new', { offer, hello })
    const reveal = await session.seal('new', { nonce: base64url.encode(nonce) })
    await channel.send(await messageName(offer, 'reveal'), reveal, { signal })
    return { hello, session, code: await session.code(nonce) }
  }
  const answered = answer()
  const code = answered.then(({ code }) => code)
  // Whoever never looks at the code learns of its failure from confirm().
  code.catch(end)

  const finish = async (): Promise<PairedLog> => {
    try {
      const { hello, session } = await answered
      const message = await channel.receive(await messageName(offer, 'grant'), { signal })
      const { log } = await session.open('old', message)
      if (log === undefined) throw new LumosError('forbidden', 'The other device declined the pairing.')
      return await checkGrant(log, hello, device.did)
    } finally {
      end()
    }
  }
  let finished: Promise<PairedLog> | undefined
  return {
    link,
    code,
    confirm() {
      finished ??= finish()
      return finished
    },
    cancel() {
      life.abort(new LumosError('forbidden', 'The pairing was cancelled.'))
      end()
    },
  }
}

/** The log must be that person's, name this device, and have been told so by the device we talk to. */
async function checkGrant(value: unknown, hello: PairingHello, device: Did): Promise<PairedLog> {
  const state = await verifyDidLog(value, { did: hello.person })
  const log = readDidLog(value)
  if (!isLetInBy(log, state, { hello, device })) {
    throw new LumosError('invalid-proof', 'The other device did not add this one to the identity it named.')
  }
  return { person: state.did, log }
}

function isLetInBy(
  log: DidLog,
  { keys }: DidLogState,
  { hello, device }: { hello: PairingHello; device: Did },
): boolean {
  const entry = log.find(operation => operation.type === 'add-device' && operation.key === device)
  return keys.includes(device) && keys.includes(hello.device) && entry?.signer === hello.device
}
