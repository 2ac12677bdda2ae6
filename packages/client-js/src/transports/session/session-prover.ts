import { createMac, type Mac, randomBytes } from '#platform'
import type { Identity, NodeId, UnprovenRequest } from '../../contracts/index.ts'
import {
  base64url,
  counterBytes,
  encodeProvenBytes,
  encodeSessionStatement,
  encodeSignedStatement,
  maxClockSkewMs,
  maxSessionKeyMs,
  maxSessionKeyRequests,
  type SignedStatement,
  sessionStatementInput,
  utf8,
} from '../../core/index.ts'

/** So early that the next key is there before the node, whose clock may be ahead, lets this one expire. */
const renewAfterMs = (maxSessionKeyMs * 2) / 3
const goodForMs = maxSessionKeyMs - maxClockSkewMs
/** After a refusal, and while an answer is awaited. */
const tryAgainAfterMs = 60_000
const maxNumber = 255

/** Who asks whom over a session. */
export interface SessionEnds {
  /** Our node, as the channel proves it. */
  asker: NodeId
  audience: NodeId
}

export interface SessionProverOptions extends SessionEnds {
  challenge: Uint8Array
  /** Sends a statement to the node. */
  send(signed: Uint8Array): void
}

interface SessionKey {
  number: number
  mac: Mac
  /** Milliseconds since 1970, by the issuer's clock. */
  createdAt: number
  requestsLeft: number
}

/** What a session knows of one who asks over it. */
interface Standing {
  key?: SessionKey
  /** Whoever asks only once signs only once. */
  isKnown: boolean
  /** Milliseconds since 1970: no statement before. */
  tryAt: number
}

/**
 * Proves who asks over one session: an identity that asks again signs a statement, and once the node has taken it a key
 * proves the requests. Until then, and whenever there is no key, requests are signed.
 */
export class SessionProver {
  readonly #options: SessionProverOptions
  /** By the object that signs: another one of the same name has yet to show that it can. */
  readonly #standings = new WeakMap<Identity, Standing>()
  readonly #stated = new Map<number, { standing: Standing; key: SessionKey }>()
  #lastNumber = 0

  constructor(options: SessionProverOptions) {
    this.#options = options
  }

  /** The payload that proves the request as call `call`, or undefined for one to be signed. */
  prove({ envelope, identity }: UnprovenRequest, call: number): Uint8Array | undefined {
    if (identity.isLocked || envelope.issuer !== identity.did) return undefined
    const now = envelope.issuedAt
    const standing = this.#standingOf(identity)
    const { key } = standing
    if (this.#wantsKey(standing, now)) void this.#state(identity, standing, now)
    if (key === undefined || now >= key.createdAt + goodForMs || key.requestsLeft <= 0) return undefined
    key.requestsLeft -= 1
    const request = utf8.encode(JSON.stringify(envelope))
    return encodeProvenBytes({ number: key.number, mac: key.mac(counterBytes(call), request), request })
  }

  /** The node's answer to a statement. False when there was none. */
  decide(number: number, isAccepted: boolean): boolean {
    const stated = this.#stated.get(number)
    if (stated === undefined) return false
    this.#stated.delete(number)
    if (isAccepted) stated.standing.key = stated.key
    return true
  }

  /** The node no longer takes the key. */
  forget({ identity, envelope }: UnprovenRequest): void {
    const standing = this.#standingOf(identity)
    delete standing.key
    standing.tryAt = envelope.issuedAt + tryAgainAfterMs
  }

  #standingOf(identity: Identity): Standing {
    const known = this.#standings.get(identity)
    if (known !== undefined) return known
    const standing = { isKnown: false, tryAt: Number.NEGATIVE_INFINITY }
    this.#standings.set(identity, standing)
    return standing
  }

  #wantsKey(standing: Standing, now: number): boolean {
    const { key, isKnown, tryAt } = standing
    standing.isKnown = true
    if (!isKnown || now < tryAt || this.#lastNumber >= maxNumber) return false
    return (
      key === undefined ||
      now >= key.createdAt + renewAfterMs ||
      key.requestsLeft < maxSessionKeyRequests / 10
    )
  }

  async #state(identity: Identity, standing: Standing, now: number): Promise<void> {
    standing.tryAt = now + tryAgainAfterMs
    this.#lastNumber += 1
    const number = this.#lastNumber
    const { asker, audience, challenge, send } = this.#options
    const secret = randomBytes(32)
    const statement = encodeSessionStatement({
      ...{ asker, audience, issuer: identity.did, createdAt: now, expiresAt: now + maxSessionKeyMs },
      challenge: base64url.encode(challenge),
      secret: base64url.encode(secret),
    })
    const input = sessionStatementInput(number, statement)
    let signature: Uint8Array
    try {
      signature = await identity.sign(input)
    } catch {
      // The request is signed too, and says what is wrong.
      return
    }
    const mac = createMac(createMac(secret)(input, nothing))
    const key = { number, mac, createdAt: now, requestsLeft: maxSessionKeyRequests }
    this.#stated.set(number, { standing, key })
    send(encodeSignedStatement({ number, signature, statement } satisfies SignedStatement))
  }
}

const nothing = new Uint8Array(0)
