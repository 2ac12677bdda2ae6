import { type Did, type JsonValue, LumosError, type NodeId } from '../contracts/index.ts'
import { base64url } from './base64url.ts'
import { decodeJson } from './decode-json.ts'
import { isDid } from './is-did.ts'
import { isJsonObject } from './is-json-object.ts'
import { utf8 } from './utf8.ts'

/** Names the statements and keeps their signatures apart from all others of a key. @see spec/session.md */
const sessionProtocol = 'lumos-session/1'

/** How long a session key is good at most. @see spec/session.md#limits */
export const maxSessionKeyMs = 300_000

/** How many requests a session key proves at most. @see spec/session.md#limits */
export const maxSessionKeyRequests = 100_000

const keyBytes = 32
const signatureBytes = 64
const macBytes = 32
const maxStatementBytes = 1024

/** What an issuer signs once, to prove the requests of a session with a key. */
export interface SessionStatement {
  /** The node that asks for the issuer, as its channel proves it. */
  asker: NodeId
  audience: NodeId
  /** The session's, base64url. */
  challenge: string
  /** Milliseconds since 1970, UTC. */
  createdAt: number
  /** Milliseconds since 1970, UTC. */
  expiresAt: number
  issuer: Did
  /** 32 random bytes, base64url. */
  secret: string
}

export function encodeSessionStatement(statement: SessionStatement): Uint8Array {
  const { asker, audience, challenge, createdAt, expiresAt, issuer, secret } = statement
  const protocol = sessionProtocol
  return utf8.encode(
    JSON.stringify({ asker, audience, challenge, createdAt, expiresAt, issuer, protocol, secret }),
  )
}

/** @throws {LumosError} `too-large`, `malformed-frame`, `invalid-request` */
export function decodeSessionStatement(bytes: Uint8Array): SessionStatement {
  const value = decodeJson(bytes, { maxBytes: maxStatementBytes, maxDepth: 1 })
  if (isStatement(value)) return value
  throw new LumosError('invalid-request', 'This is no statement about a session.')
}

function isStatement(value: JsonValue): value is JsonValue & SessionStatement {
  if (!isJsonObject(value) || Object.keys(value).length !== 8) return false
  return (
    value.protocol === sessionProtocol &&
    isDid(value.asker) &&
    isDid(value.audience) &&
    isDid(value.issuer) &&
    isKeyText(value.challenge) &&
    isKeyText(value.secret) &&
    Number.isSafeInteger(value.createdAt) &&
    Number.isSafeInteger(value.expiresAt)
  )
}

function isKeyText(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value.length === base64url.encodedLength(keyBytes)
}

const domain = utf8.encode(`${sessionProtocol}\0`)

/** What is signed, and what the secret is turned into the session key with. */
export function sessionStatementInput(number: number, statement: Uint8Array): Uint8Array {
  return joinBytes(domain, Uint8Array.of(number), statement)
}

export interface SignedStatement {
  /** From 1 to 255, another for each statement of a session. */
  number: number
  signature: Uint8Array
  statement: Uint8Array
}

export function encodeSignedStatement({ number, signature, statement }: SignedStatement): Uint8Array {
  return joinBytes(Uint8Array.of(number), signature, statement)
}

/** Views of `payload`. @throws {LumosError} `malformed-frame` */
export function decodeSignedStatement(payload: Uint8Array): SignedStatement {
  const [number] = payload
  if (number === undefined || payload.byteLength <= 1 + signatureBytes) {
    throw new LumosError('malformed-frame', 'A statement is cut off')
  }
  const signature = payload.subarray(1, 1 + signatureBytes)
  return { number, signature, statement: payload.subarray(1 + signatureBytes) }
}

export interface ProvenBytes {
  /** Of the statement whose key proves the request. */
  number: number
  mac: Uint8Array
  request: Uint8Array
}

export function encodeProvenBytes({ number, mac, request }: ProvenBytes): Uint8Array {
  return joinBytes(Uint8Array.of(number), mac, request)
}

/** Views of `payload`; whatever is cut off proves nothing. */
export function decodeProvenBytes(payload: Uint8Array): ProvenBytes {
  const mac = payload.subarray(1, 1 + macBytes)
  return { number: payload[0] ?? 0, mac, request: payload.subarray(1 + macBytes) }
}

/** The counter as 8 bytes, largest first: what a MAC covers in front of the request. */
export function counterBytes(counter: number): Uint8Array {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, Math.floor(counter / 0x1_0000_0000))
  view.setUint32(4, counter >>> 0)
  return bytes
}

/** Takes as long for bytes that differ early as for those that differ late. */
export function isSameMac(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== macBytes || b.byteLength !== macBytes) return false
  let difference = 0
  for (let index = 0; index < macBytes; index += 1) difference |= (a[index] ?? 0) ^ (b[index] ?? 0)
  return difference === 0
}

function joinBytes(...parts: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.byteLength
  }
  return joined
}
