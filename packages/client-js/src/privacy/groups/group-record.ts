import { type ClientState, decodeGroupState, encodeGroupState } from 'ts-mls/clientState.js'
import { type GroupMember, type JsonObject, type JsonValue, LumosError } from '../../contracts/index.ts'
import { base64url, decodeJson, isJsonObject, utf8 } from '../../core/index.ts'
import type { EpochKey } from './epoch-keys.ts'
import type { Mls } from './mls-suite.ts'

/** A change of ours that the relay may or may not have: written before it is sent, and never sent otherwise. */
export interface PendingCommit {
  /** As it is sent, the same bytes each time. */
  message: Uint8Array
  /** The group once it is accepted. */
  state: ClientState
  /** For those whom it adds. */
  welcome: Uint8Array | undefined
}

/** Everything we keep of a group. */
export interface GroupRecord {
  state: ClientState
  /** The last entry of the relay that is taken in. */
  cursor: number
  /** Oldest first; the last one is that of `state`. */
  epochKeys: EpochKey[]
  pending: PendingCommit | undefined
  isLeaving: boolean
  /** The epoch in which we last asked to leave. */
  leftIn?: number
}

const limits = { maxBytes: 64 * 1024 * 1024, maxDepth: 16 }

export function encodeGroupRecord(record: GroupRecord): Uint8Array {
  const { state, cursor, epochKeys, pending, isLeaving, leftIn } = record
  return utf8.encode(
    JSON.stringify({
      version: 1,
      state: base64url.encode(encodeGroupState(state)),
      cursor,
      epochKeys: epochKeys.map(encodeEpochKey),
      pending: pending === undefined ? null : encodePending(pending),
      isLeaving,
      ...(leftIn !== undefined && { leftIn }),
    }),
  )
}

/** @throws {LumosError} `storage-failed` for anything that {@link encodeGroupRecord} does not give */
export function decodeGroupRecord(bytes: Uint8Array, mls: Mls): GroupRecord {
  try {
    const value = objectOf(decodeJson(bytes, limits))
    if (value.version !== 1) throw unreadable()
    return {
      state: decodeState(value.state, mls),
      cursor: countOf(value.cursor),
      epochKeys: decodeEpochKeys(value.epochKeys),
      pending: value.pending === null ? undefined : decodePending(objectOf(value.pending), mls),
      isLeaving: value.isLeaving === true,
      ...(value.leftIn !== undefined && { leftIn: countOf(value.leftIn) }),
    }
  } catch (cause) {
    throw unreadable(cause)
  }
}

/** @throws {LumosError} `malformed-frame` */
export function encodeEpochKeys(epochKeys: readonly EpochKey[]): Uint8Array {
  return utf8.encode(JSON.stringify(epochKeys.map(encodeEpochKey)))
}

/** @throws {LumosError} when the value is not what {@link encodeEpochKeys} gives */
export function decodeEpochKeys(value: JsonValue | undefined): EpochKey[] {
  if (!Array.isArray(value)) throw unreadable()
  return value.map(item => {
    const { epoch, key, roster } = objectOf(item)
    const bytes = bytesOf(key)
    if (bytes.length !== 32 || !Array.isArray(roster)) throw unreadable()
    return { epoch: countOf(epoch), key: bytes, roster: roster.map(decodeMember) }
  })
}

function encodeEpochKey({ epoch, key, roster }: EpochKey) {
  return { epoch, key: base64url.encode(key), roster }
}

function encodePending({ message, state, welcome }: PendingCommit) {
  return {
    message: base64url.encode(message),
    state: base64url.encode(encodeGroupState(state)),
    welcome: welcome === undefined ? null : base64url.encode(welcome),
  }
}

function decodePending({ message, state, welcome }: JsonObject, mls: Mls): PendingCommit {
  return {
    message: bytesOf(message),
    state: decodeState(state, mls),
    welcome: welcome === null ? undefined : bytesOf(welcome),
  }
}

function decodeState(value: JsonValue | undefined, mls: Mls): ClientState {
  const bytes = bytesOf(value)
  const decoded = decodeGroupState(bytes, 0)
  if (decoded === undefined || decoded[1] !== bytes.length) throw unreadable()
  return { ...decoded[0], clientConfig: mls.config }
}

function decodeMember(value: JsonValue): GroupMember | null {
  if (value === null) return null
  const { did, key } = objectOf(value)
  if (typeof did !== 'string' || typeof key !== 'string') throw unreadable()
  return { did, key } as GroupMember
}

function objectOf(value: JsonValue | undefined): JsonObject {
  if (!isJsonObject(value)) throw unreadable()
  return value
}

function bytesOf(value: JsonValue | undefined): Uint8Array {
  if (typeof value !== 'string') throw unreadable()
  return base64url.decode(value)
}

function countOf(value: JsonValue | undefined): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw unreadable()
  return value as number
}

function unreadable(cause?: unknown): LumosError {
  return new LumosError('storage-failed', 'What was kept of the group cannot be read.', {
    cause,
    retryable: false,
  })
}
