import { createMac, type Mac, randomBytes } from '#platform'
import type {
  Did,
  HostEvent,
  Identity,
  NodeId,
  RequestHandler,
  RequestSession,
} from '../../src/contracts/index.ts'
import {
  base64url,
  counterBytes,
  createUnsignedEnvelope,
  encodeProvenBytes,
  encodeSessionStatement,
  encodeSignedStatement,
  type SessionStatement,
  sessionStatementInput,
  utf8,
} from '../../src/core/index.ts'
import { SessionProver } from '../../src/transports/session/session-prover.ts'

export type SessionVerdict = 'admitted' | string

/** The asking end of a session, of which a test sees and may change every byte. */
export class SessionAsker {
  readonly session: RequestSession
  readonly prover: SessionProver
  /** The statements sent, in order. */
  readonly statements: Uint8Array[] = []
  #deciding = Promise.resolve()
  readonly #now: () => number
  readonly #audience: NodeId
  #lastCounter = 0

  constructor(handler: RequestHandler, asker: Did, now: () => number) {
    const session = handler.openSession?.({ transport: 'libp2p', remoteNodeId: asker })
    if (session === undefined) throw new Error('The handler opens no sessions.')
    this.#now = now
    this.#audience = handler.nodeId
    this.session = session
    const send = (statement: Uint8Array) => {
      this.statements.push(statement)
      this.#deciding = session.prove(statement).then(
        number => void this.prover.decide(number, true),
        () => void this.prover.decide(statement[0] ?? 0, false),
      )
    }
    this.prover = new SessionProver({ asker, audience: handler.nodeId, challenge: session.challenge, send })
  }

  /** A fresh request of `identity`, proven by its key; undefined when it would have to be signed. */
  proven(identity: Identity): { counter: number; payload: Uint8Array } | undefined {
    const counter = this.#lastCounter + 1
    const envelope = createUnsignedEnvelope({
      verb: 'node.describe',
      params: {},
      identity,
      audience: this.#audience,
      clock: { now: this.#now },
    })
    const payload = this.prover.prove({ envelope, identity }, counter)
    if (payload === undefined) return undefined
    this.#lastCounter = counter
    return { counter, payload }
  }

  /** Has the node take a statement of `identity`, as the second request does. */
  async state(identity: Identity): Promise<void> {
    const before = this.statements.length
    for (let request = 0; request < 2; request++) this.proven(identity)
    // Some keys sign on another thread.
    for (let turn = 0; turn < 10_000 && this.statements.length === before; turn++) {
      await new Promise(resolve => setImmediate(resolve))
    }
    await this.#deciding
  }

  /** A request proven by a key that the node has taken. */
  async freshly(identity: Identity): Promise<{ counter: number; payload: Uint8Array }> {
    const proven = this.proven(identity)
    if (proven !== undefined) return proven
    await this.state(identity)
    const now = this.proven(identity)
    if (now === undefined) throw new Error('The node refused the statement.')
    return now
  }

  verdict(counter: number, payload: Uint8Array): Promise<SessionVerdict> {
    return verdictOn(this.session.handle(counter, payload, {}))
  }
}

export async function verdictOn(events: AsyncIterable<HostEvent>): Promise<SessionVerdict> {
  try {
    for await (const _ of events) return 'admitted'
    return 'nothing'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

/** The envelope in a proven request's bytes. */
export function requestIn(payload: Uint8Array): Record<string, unknown> {
  return JSON.parse(utf8.decode(payload.subarray(33)))
}

/** Somebody who holds a session key and makes what no client of ours would. */
export class KeyHolder {
  readonly number: number
  readonly statement: Uint8Array
  readonly #mac: Mac

  private constructor(number: number, statement: Uint8Array, mac: Mac) {
    this.number = number
    this.statement = statement
    this.#mac = mac
  }

  static async create(
    identity: Identity,
    fields: Omit<SessionStatement, 'issuer' | 'secret' | 'expiresAt'> & Partial<SessionStatement>,
    number = 1,
  ): Promise<KeyHolder> {
    const secret = randomBytes(32)
    const statement = encodeSessionStatement({
      expiresAt: fields.createdAt + 300_000,
      issuer: identity.did,
      secret: base64url.encode(secret),
      ...fields,
    })
    const input = sessionStatementInput(number, statement)
    const signature = await identity.sign(input)
    const mac = createMac(createMac(secret)(input, new Uint8Array()))
    return new KeyHolder(number, encodeSignedStatement({ number, signature, statement }), mac)
  }

  prove(counter: number, envelope: object): Uint8Array {
    const request = utf8.encode(JSON.stringify(envelope))
    return encodeProvenBytes({ number: this.number, mac: this.#mac(counterBytes(counter), request), request })
  }
}
