import { type Did, type JsonObject, type JsonValue, LumosError } from '../../contracts/index.ts'
import { canonicalJson, decodeJson, isJsonObject, publicKeyFromDid } from '../../core/index.ts'
import { didLogLimits } from './did-log-limits.ts'
import { type DidLog, type DidOperation, didLogProtocol } from './did-operation.ts'

const frameMembers = ['protocol', 'type', 'prev', 'at', 'signer', 'signature']

/** Members beside the frame's, by type. */
const bodyMembers: Record<DidOperation['type'], readonly string[]> = {
  create: ['devices', 'recoveryKeys'],
  'add-device': ['key', 'label'],
  'remove-device': ['key'],
  'rotate-recovery': ['recoveryKeys'],
  deactivate: [],
}

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const cidPattern = /^bagaaiera[a-z2-7]{52}$/
const signaturePattern = /^[\w-]{86}$/
// No control characters, and nothing that turns the direction of the text around it.
const labelPattern = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]{1,64}$/u

/**
 * A log from hostile bytes. Only its shape is known to be right: {@link verifyDidLog} says whether it holds.
 *
 * @throws {LumosError} `too-large`, `malformed-frame`, `invalid-request`
 */
export function decodeDidLog(input: Uint8Array | string): DidLog {
  const { maxLogBytes, maxDepth } = didLogLimits
  return readDidLog(decodeJson(input, { maxBytes: maxLogBytes, maxDepth }))
}

/**
 * A copy of `value`, checked to be a log in shape.
 *
 * @throws {LumosError} `too-large`, `invalid-request`
 */
export function readDidLog(value: unknown): DidLog {
  if (!Array.isArray(value)) throw malformed('it is no list')
  if (value.length === 0) throw malformed('it is empty')
  if (value.length > didLogLimits.maxOperations) {
    throw new LumosError('too-large', `The DID log is longer than ${didLogLimits.maxOperations} operations.`)
  }
  return value.map(readOperation)
}

function readOperation(value: JsonValue): DidOperation {
  if (!isJsonObject(value)) throw malformed('an operation is no object')
  const body = bodyOf(value.type)
  if (body === undefined) throw malformed('an operation is of an unknown type')
  const names = Object.keys(value)
  const expected = [...frameMembers, ...body]
  if (names.length !== expected.length || !expected.every(name => Object.hasOwn(value, name))) {
    throw malformed('an operation has not exactly its members')
  }
  checkFrame(value)
  checkBody(value)
  // Written and parsed anew, so that the caller cannot change what was checked.
  return JSON.parse(canonicalJson(value)) as DidOperation
}

function bodyOf(type: JsonValue | undefined): readonly string[] | undefined {
  if (typeof type !== 'string' || !Object.hasOwn(bodyMembers, type)) return undefined
  return bodyMembers[type as DidOperation['type']]
}

function checkFrame({ protocol, type, prev, at, signer, signature }: JsonObject): void {
  if (protocol !== didLogProtocol) throw malformed(`an operation is not of ${didLogProtocol}`)
  if (type === 'create' ? prev !== null : !matches(prev, cidPattern)) throw malformed('prev is not right')
  if (!matches(at, timePattern) || !isTime(at)) throw malformed('at is no time')
  checkKey(signer)
  if (!matches(signature, signaturePattern)) throw malformed('signature is not 64 bytes of base64url')
}

function checkBody(operation: JsonObject): void {
  if (operation.type === 'create') checkDevices(operation.devices)
  if ('recoveryKeys' in operation) checkRecoveryKeys(operation.recoveryKeys)
  if ('key' in operation) checkKey(operation.key)
  if ('label' in operation) checkLabel(operation.label)
}

function checkDevices(devices: JsonValue | undefined): void {
  if (!isListOf(devices, didLogLimits.maxDevices)) throw malformed('devices is not right')
  for (const device of devices) {
    if (!isJsonObject(device) || Object.keys(device).sort().join() !== 'key,label') {
      throw malformed('a device has not exactly a key and a label')
    }
    checkKey(device.key)
    checkLabel(device.label)
  }
}

function checkRecoveryKeys(keys: JsonValue | undefined): void {
  if (!isListOf(keys, didLogLimits.maxRecoveryKeys)) throw malformed('recoveryKeys is not right')
  for (const key of keys) checkKey(key)
}

function checkKey(key: JsonValue | undefined): asserts key is Did {
  if (typeof key !== 'string') throw malformed('a key is no did:key')
  publicKeyFromDid(key)
}

function checkLabel(label: JsonValue | undefined): void {
  if (!matches(label, labelPattern)) throw malformed('a label is not 1 to 64 plain characters')
}

function isListOf(value: JsonValue | undefined, maxLength: number): value is JsonValue[] {
  return Array.isArray(value) && value.length > 0 && value.length <= maxLength
}

function matches(value: JsonValue | undefined, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value)
}

function isTime(text: string): boolean {
  const milliseconds = Date.parse(text)
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString() === text
}

function malformed(why: string): LumosError {
  return new LumosError('invalid-request', `The DID log is malformed: ${why}.`)
}
