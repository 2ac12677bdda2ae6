import { LumosError } from '../../contracts/index.ts'
import { readVarint, varintLength, writeVarint } from './varint.ts'

/** Kinds of frames and their byte on the wire. @see spec/libp2p.md#frames */
export const frameKinds = {
  request: 1,
  event: 2,
  end: 3,
  error: 4,
  cancel: 5,
  credit: 6,
  challenge: 7,
  statement: 8,
  verdict: 9,
  proven: 10,
} as const

export type FrameKind = keyof typeof frameKinds

export interface Frame {
  kind: FrameKind
  /** Which call it belongs to; 0 is the session itself. */
  call: number
  payload: Uint8Array
}

const kindsByByte = new Map<number, FrameKind>(
  Object.entries(frameKinds).map(([kind, byte]) => [byte, kind as FrameKind]),
)

const noPayload = new Uint8Array(0)

/** The frame's bytes: length, kind, call, payload. */
export function encodeFrame(kind: FrameKind, call: number, payload: Uint8Array = noPayload): Uint8Array {
  const length = 1 + varintLength(call) + payload.byteLength
  const bytes = new Uint8Array(varintLength(length) + length)
  const kindOffset = writeVarint(length, bytes, 0)
  bytes[kindOffset] = frameKinds[kind]
  bytes.set(payload, writeVarint(call, bytes, kindOffset + 1))
  return bytes
}

/** The payload of a `credit` frame: a number of bytes. */
export function encodeCredit(creditBytes: number): Uint8Array {
  const payload = new Uint8Array(varintLength(creditBytes))
  writeVarint(creditBytes, payload, 0)
  return payload
}

/** @throws {LumosError} `malformed-frame` */
export function decodeCredit(payload: Uint8Array): number {
  const credit = readVarint(payload, 0)
  if (credit === undefined || credit.end !== payload.byteLength || credit.value === 0) {
    throw new LumosError('malformed-frame', 'The peer sent a credit frame without a number')
  }
  return credit.value
}

/**
 * The frame in `bytes`, which are one whole frame without its length.
 *
 * @throws {LumosError} `malformed-frame`
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  const kind = kindsByByte.get(bytes[0] ?? 0)
  if (kind === undefined) throw new LumosError('malformed-frame', 'The peer sent a frame of unknown kind')
  const call = readVarint(bytes, 1)
  if (call === undefined) throw new LumosError('malformed-frame', 'The peer sent a frame that names no call')
  return { kind, call: call.value, payload: bytes.subarray(call.end) }
}
