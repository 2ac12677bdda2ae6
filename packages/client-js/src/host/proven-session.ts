import { createMac, type Mac } from '#platform'
import {
  type AbortOptions,
  type Clock,
  type Did,
  type HostEvent,
  LumosError,
  type NodeId,
  type RequestSession,
  type SessionContext,
  type Verifier,
} from '../contracts/index.ts'
import {
  base64url,
  counterBytes,
  decodeProvenBytes,
  decodeSessionStatement,
  decodeSignedStatement,
  isSameMac,
  maxClockSkewMs,
  maxSessionKeyMs,
  maxSessionKeyRequests,
  type SessionStatement,
  sessionStatementInput,
} from '../core/index.ts'

/** Callers that one session may have proven at once; the others sign each request. */
const maxKeys = 16

export interface ProvenSessionOptions {
  nodeId: NodeId
  verifier: Verifier
  clock: Clock
  context: SessionContext
  /** 32 random bytes. */
  challenge: Uint8Array
  /** Answers a request, or its refusal. */
  answer(proven: ProvenRequest | LumosError, options: AbortOptions): AsyncIterable<HostEvent>
}

/** Bytes that `issuer` sent, as a session key proves. Nobody has looked into them yet. */
export interface ProvenRequest {
  issuer: Did
  request: Uint8Array
}

interface SessionKey {
  issuer: Did
  mac: Mac
  /** Milliseconds since 1970, UTC. */
  expiresAt: number
  requestsLeft: number
}

/** The keys of one channel: they are in memory only, and go with it. */
export class ProvenSession implements RequestSession {
  readonly challenge: Uint8Array
  readonly #options: ProvenSessionOptions
  readonly #keys = new Map<number, SessionKey>()
  /** Of all statements, whatever became of them: at most 255. */
  readonly #numbers = new Set<number>()
  #lastCounter = 0
  #isClosed = false

  constructor(options: ProvenSessionOptions) {
    this.#options = options
    this.challenge = options.challenge
  }

  async prove(payload: Uint8Array): Promise<number> {
    const { number, signature, statement } = decodeSignedStatement(payload)
    if (number === 0 || this.#numbers.has(number))
      throw invalidProof('its statement’s number was used before')
    this.#numbers.add(number)
    const { issuer, secret, expiresAt } = this.#judge(decodeSessionStatement(statement))
    const input = sessionStatementInput(number, statement)
    if (!(await this.#options.verifier.verify(issuer, input, signature))) {
      throw invalidProof('the signature is not the issuer’s')
    }
    if (this.#isClosed) throw new LumosError('connection-lost', 'The session has ended.')
    this.#forgetExpired()
    if (this.#keys.size >= maxKeys) throw new LumosError('rate-limited', 'The session has no room for a key.')
    const key = createMac(base64url.decode(secret))(input, nothing)
    this.#keys.set(number, { issuer, mac: createMac(key), expiresAt, requestsLeft: maxSessionKeyRequests })
    return number
  }

  handle(counter: number, proven: Uint8Array, options: AbortOptions): AsyncIterable<HostEvent> {
    return this.#options.answer(this.#open(counter, proven), options)
  }

  close(): void {
    this.#isClosed = true
    this.#keys.clear()
  }

  /** @throws {LumosError} when it was not made for this session, by this clock */
  #judge(statement: SessionStatement): SessionStatement {
    const { nodeId, clock, context } = this.#options
    const now = clock.now()
    if (statement.audience !== nodeId) throw invalidProof('it is for another node')
    if (statement.asker !== context.remoteNodeId) throw invalidProof('it is for another asker')
    if (statement.challenge !== base64url.encode(this.challenge))
      throw invalidProof('it is for another session')
    const lifeMs = statement.expiresAt - statement.createdAt
    const isOfNow = Math.abs(now - statement.createdAt) <= maxClockSkewMs && statement.expiresAt > now
    if (!isOfNow || lifeMs > maxSessionKeyMs) throw invalidProof('its times are not acceptable')
    return { ...statement, expiresAt: Math.min(statement.expiresAt, now + maxSessionKeyMs) }
  }

  /** Before anything is parsed. The counter moves only with what is proven, so nobody else can move it. */
  #open(counter: number, proven: Uint8Array): ProvenRequest | LumosError {
    const { number, mac, request } = decodeProvenBytes(proven)
    const key = this.#keys.get(number)
    if (key === undefined) return invalidProof('the session has no such key')
    if (key.expiresAt <= this.#options.clock.now() || key.requestsLeft <= 0) {
      this.#keys.delete(number)
      return invalidProof('the session’s key has expired')
    }
    if (!isSameMac(mac, key.mac(counterBytes(counter), request)))
      return invalidProof('its MAC is not the key’s')
    if (counter <= this.#lastCounter) return invalidProof('its counter was used before')
    this.#lastCounter = counter
    key.requestsLeft -= 1
    return { issuer: key.issuer, request }
  }

  #forgetExpired(): void {
    const now = this.#options.clock.now()
    for (const [number, { expiresAt }] of this.#keys) if (expiresAt <= now) this.#keys.delete(number)
  }
}

const nothing = new Uint8Array(0)

function invalidProof(why: string): LumosError {
  return new LumosError('invalid-proof', `The request’s proof is not valid: ${why}.`)
}
