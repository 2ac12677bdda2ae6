import { type AbortOptions, LumosError, type PrincipalDid, type Verifier } from '../../contracts/index.ts'
import { base64url } from '../../core/index.ts'
import { createVerifier } from '../create-verifier.ts'
import { type DidLogState, initialState, nextState } from './did-log-state.ts'
import type { DidLog, DidOperation, DidOperationCid } from './did-operation.ts'
import { lumosDid, operationBytes, operationCid } from './operation-cid.ts'
import { readDidLog } from './read-did-log.ts'

export interface VerifyDidLogOptions extends AbortOptions {
  /** The DID that the log must be of. @default any */
  did?: PrincipalDid
  /** @default a new one; give your own to keep keys imported */
  verifier?: Verifier
}

/** A log that holds, with what it said after each operation. */
export interface VerifiedDidLog {
  log: DidLog
  /** By index of the operation. */
  states: readonly DidLogState[]
}

/**
 * What a log says, when every operation follows the one before and is signed by a key that might.
 *
 * @param log - from anybody: its shape is checked too
 * @throws {LumosError} `invalid-request` for a malformed log, `too-large`, `invalid-proof`
 * @see spec/did-lumos.md#verification
 */
export async function verifyDidLog(log: unknown, options: VerifyDidLogOptions = {}): Promise<DidLogState> {
  return lastState(await verifiedDidLog(log, options))
}

export async function verifiedDidLog(
  value: unknown,
  options: VerifyDidLogOptions = {},
): Promise<VerifiedDidLog> {
  const { verifier = createVerifier(), did, signal } = options
  const log = readDidLog(value)
  const states: DidLogState[] = []
  for (const operation of log) {
    signal?.throwIfAborted()
    states.push(await stateAfter(states.at(-1), operation, { verifier, did }))
  }
  return { log, states }
}

/** What a log says after one more operation, whose shape was checked. */
export async function stateAfter(
  state: DidLogState | undefined,
  operation: DidOperation,
  { verifier, did }: { verifier: Verifier; did?: PrincipalDid | undefined },
): Promise<DidLogState> {
  const next = step(state, operation, await operationCid(operation))
  if (did !== undefined && next.did !== did) throw invalidProof('it is of another DID')
  // What is cheap comes first, so that a forger costs one check of a signature at the most.
  await checkSignature(operation, verifier)
  return next
}

export function lastState({ states }: VerifiedDidLog): DidLogState {
  return states[states.length - 1] as DidLogState
}

function step(state: DidLogState | undefined, operation: DidOperation, cid: DidOperationCid): DidLogState {
  if (state !== undefined) return nextState(state, operation, cid)
  if (operation.type !== 'create') throw invalidProof('its beginning is missing')
  return initialState(operation, lumosDid(cid), cid)
}

async function checkSignature(operation: DidOperation, verifier: Verifier): Promise<void> {
  const { signature, ...unsigned } = operation
  const isValid = await verifier.verify(
    operation.signer,
    operationBytes(unsigned),
    base64url.decode(signature),
  )
  if (!isValid) throw invalidProof('a signature is not its signer’s')
}

function invalidProof(why: string): LumosError {
  return new LumosError('invalid-proof', `The DID log does not hold: ${why}.`)
}
