import { type Clock, type Did, type Identity, LumosError, type Verifier } from '../../contracts/index.ts'
import { base64url, createSystemClock } from '../../core/index.ts'
import { createVerifier } from '../create-verifier.ts'
import {
  type DidChange,
  type DidCreation,
  type DidDevice,
  type DidLog,
  type DidOperation,
  type DidOperationCid,
  didLogProtocol,
} from './did-operation.ts'
import { operationBytes } from './operation-cid.ts'
import { readDidLog } from './read-did-log.ts'
import { lastState, stateAfter, verifiedDidLog } from './verify-did-log.ts'

export interface CreateDidLogOptions {
  /** The first devices, 1 to 16, most senior first: who stands earlier wins when two disagree. */
  devices: readonly DidDevice[]
  /** 1 to 5 keys kept apart from the devices, for instance made from 24 words. They outrank every device. */
  recoveryKeys: readonly Did[]
  /** One of the devices, or of the recovery keys. */
  signer: Identity
  /** @default the machine's */
  clock?: Clock
}

export interface AppendToDidLogOptions {
  /** @default the machine's */
  clock?: Clock
  /**
   * Goes on after this operation and drops what came later: how a recovery key undoes what a stolen device signed.
   * @default the last operation
   */
  after?: DidOperationCid
  /** @default a new one; give your own to keep keys imported */
  verifier?: Verifier
}

/**
 * A new did:lumos: a log of one operation. {@link verifyDidLog} tells its DID.
 *
 * @throws {LumosError} `invalid-request` for keys or labels that cannot be; `invalid-proof` for another signer
 */
export async function createDidLog(options: CreateDidLogOptions): Promise<DidLog> {
  const { signer, clock = createSystemClock() } = options
  const creation: DidCreation = {
    type: 'create',
    devices: options.devices.map(({ key, label }) => ({ key, label })),
    recoveryKeys: [...options.recoveryKeys],
  }
  const log = readDidLog([await signed({ ...creation, prev: null, at: timeText(clock.now()) }, signer)])
  await stateAfter(undefined, log[0] as DidOperation, { verifier: createVerifier() })
  return log
}

/**
 * The log with one change more.
 *
 * @param signer - a current device, or a recovery key; only a recovery key rotates recovery keys and deactivates
 * @throws {LumosError} `invalid-proof` when the signer may not, or `log` does not hold; `invalid-request` for a
 *   change that makes no sense now; `not-found` for an `after` that is not in the log; `too-large` when it is full
 */
export async function appendToDidLog(
  log: DidLog,
  change: DidChange,
  signer: Identity,
  options: AppendToDidLogOptions = {},
): Promise<DidLog> {
  const { clock = createSystemClock(), verifier = createVerifier(), after } = options
  const verified = await verifiedDidLog(log, { verifier })
  const states = after === undefined ? verified.states : upTo(verified.states, after)
  const state = lastState({ log, states })
  // A clock that is behind must not break the order.
  const at = Math.max(clock.now(), Date.parse(state.updatedAt))
  const operation = await signed({ ...change, prev: state.head, at: timeText(at) }, signer)
  const longer = readDidLog([...verified.log.slice(0, states.length), operation])
  await stateAfter(state, longer[states.length] as DidOperation, { verifier })
  return longer
}

function upTo<State extends { head: DidOperationCid }>(states: readonly State[], after: string): State[] {
  const index = states.findIndex(state => state.head === after)
  if (index === -1) throw new LumosError('not-found', 'The log holds no such operation to go on after.')
  return states.slice(0, index + 1)
}

type Content = (DidCreation | DidChange) & Pick<DidOperation, 'prev' | 'at'>

async function signed(content: Content, signer: Identity): Promise<DidOperation> {
  const unsigned = { protocol: didLogProtocol, ...content, signer: signer.did } as const
  const signature = await signer.sign(operationBytes(unsigned))
  return { ...unsigned, signature: base64url.encode(signature) }
}

function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
