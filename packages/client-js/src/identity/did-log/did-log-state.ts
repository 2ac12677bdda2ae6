import { type Did, LumosError } from '../../contracts/index.ts'
import { didLogLimits } from './did-log-limits.ts'
import type {
  DidChange,
  DidCreation,
  DidDevice,
  DidOperation,
  DidOperationCid,
  LumosDid,
} from './did-operation.ts'

/** What a log says at its end. */
export interface DidLogState {
  did: LumosDid
  /** The last operation. */
  head: DidOperationCid
  /** The keys that speak for the DID now, most senior first. Empty once deactivated. */
  keys: readonly Did[]
  devices: readonly DidDevice[]
  recoveryKeys: readonly Did[]
  isDeactivated: boolean
  operationCount: number
  /** ISO 8601, UTC: what the signer of the first, and of the last operation claims. */
  createdAt: string
  updatedAt: string
  /** Every key the log ever named: none comes back in another role, or after it was removed. */
  namedKeys: ReadonlySet<Did>
}

/** The state after a log's first operation, whose signature the caller checked. */
export function initialState(
  operation: DidOperation & DidCreation,
  did: LumosDid,
  head: DidOperationCid,
): DidLogState {
  const { devices, recoveryKeys, at } = operation
  const keys = devices.map(device => device.key)
  const namedKeys = withNewKeys(new Set(), [...keys, ...recoveryKeys])
  if (!namedKeys.has(operation.signer))
    throw refused('its first operation is signed by a key it does not name')
  return {
    did,
    head,
    keys,
    devices,
    recoveryKeys,
    isDeactivated: false,
    operationCount: 1,
    createdAt: at,
    updatedAt: at,
    namedKeys,
  }
}

/**
 * The state after one more operation, whose signature the caller checked.
 *
 * @throws {LumosError} `invalid-proof` when the signer may not do that now; `invalid-request` when it makes no sense
 */
export function nextState(state: DidLogState, operation: DidOperation, head: DidOperationCid): DidLogState {
  if (operation.type === 'create') throw refused('a second operation creates it')
  if (operation.prev !== state.head) throw refused('an operation does not follow the one before it')
  if (operation.at < state.updatedAt) throw refused('its times run backwards')
  if (state.isDeactivated) throw refused('it goes on after its end')
  checkAuthority(state, operation)
  const { operationCount } = state
  return {
    ...state,
    ...changed(state, operation),
    head,
    updatedAt: operation.at,
    operationCount: operationCount + 1,
  }
}

function checkAuthority(state: DidLogState, { signer, type }: DidOperation): void {
  if (state.recoveryKeys.includes(signer)) return
  if (!state.keys.includes(signer)) throw refused('an operation is signed by a key that may not')
  if (type === 'rotate-recovery' || type === 'deactivate') {
    throw refused('only a recovery key may rotate recovery keys or end a DID')
  }
  if (state.operationCount >= didLogLimits.maxDeviceOperations) {
    throw refused('its last operations are kept for recovery keys')
  }
}

function changed(state: DidLogState, change: DidChange): Partial<DidLogState> {
  switch (change.type) {
    case 'add-device': {
      if (state.devices.length >= didLogLimits.maxDevices) throw senseless('there are too many devices')
      const { key, label } = change
      return withDevices([...state.devices, { key, label }], withNewKeys(state.namedKeys, [key]))
    }
    case 'remove-device': {
      const devices = state.devices.filter(device => device.key !== change.key)
      if (devices.length === state.devices.length) throw senseless('no such device is there to remove')
      if (devices.length === 0) throw senseless('the last device cannot be removed; deactivate the DID')
      return withDevices(devices, state.namedKeys)
    }
    case 'rotate-recovery': {
      const { recoveryKeys } = change
      const added = recoveryKeys.filter(key => !state.recoveryKeys.includes(key))
      if (new Set(recoveryKeys).size < recoveryKeys.length) throw senseless('a recovery key is named twice')
      return { recoveryKeys, namedKeys: withNewKeys(state.namedKeys, added) }
    }
    case 'deactivate':
      return { ...withDevices([], state.namedKeys), recoveryKeys: [], isDeactivated: true }
  }
}

function withDevices(devices: readonly DidDevice[], namedKeys: ReadonlySet<Did>) {
  return { devices, keys: devices.map(device => device.key), namedKeys }
}

function withNewKeys(named: ReadonlySet<Did>, added: readonly Did[]): ReadonlySet<Did> {
  const all = new Set([...named, ...added])
  if (all.size < named.size + added.length) throw senseless('a key was named before')
  return all
}

function refused(why: string): LumosError {
  return new LumosError('invalid-proof', `The DID log does not hold: ${why}.`)
}

function senseless(why: string): LumosError {
  return new LumosError('invalid-request', `The DID log makes no sense: ${why}.`)
}
