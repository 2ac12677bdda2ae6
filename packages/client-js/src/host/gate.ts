import type { z } from 'zod'
import {
  type Authorization,
  type Authorizer,
  type Clock,
  type Did,
  type JsonValue,
  LumosError,
  type NodeId,
  protocolVersion,
  type RequestContext,
  type RequestEnvelope,
  type UnsignedEnvelope,
  type Verb,
  type Verifier,
} from '../contracts/index.ts'
import {
  checkEnvelope,
  commandOf,
  decodeJson,
  type JsonLimits,
  toLumosError,
  verifyEnvelope,
} from '../core/index.ts'
import type { AuditTrail } from './audit-trail.ts'
import { isPlainEnvelope } from './is-plain-envelope.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { ReplayGuard } from './replay-guard.ts'
import { envelope as envelopeSchema, unsignedEnvelope as unsignedSchema } from './schemas.ts'
import { verbTable } from './verb-table.ts'

export interface GateOptions {
  nodeId: NodeId
  verifier: Verifier
  authorizer: Authorizer
  clock: Clock
  jsonLimits: JsonLimits
  replayGuard: ReplayGuard
  rateLimiter: RateLimiter
  audit?: AuditTrail | undefined
}

/** A request that may be answered. */
export interface Admission {
  envelope: UnsignedEnvelope
  authorization: Authorization
}

/** Judges requests in a fixed order, the cheap questions first. What passes is proven, fresh and allowed. */
export class Gate {
  readonly #options: GateOptions

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** @throws {LumosError} the refusal */
  async admit(input: Uint8Array | RequestEnvelope, context: RequestContext): Promise<Admission> {
    const { nodeId, verifier, clock } = this.#options
    const envelope = parseEnvelope(this.#decode(input), 'signed')
    checkEnvelope(envelope, nodeId, clock.now())
    await verifyEnvelope(envelope as RequestEnvelope, verifier)
    return this.#admitProven(envelope, context)
  }

  /**
   * The same for bytes that a session proved to be `issuer`'s. At once where nothing has to be waited for.
   *
   * @throws {LumosError} the refusal
   */
  admitFrom(issuer: Did, bytes: Uint8Array, context: RequestContext): Admission | Promise<Admission> {
    const { nodeId, clock } = this.#options
    const envelope = parseEnvelope(this.#decode(bytes), 'unsigned')
    checkEnvelope(envelope, nodeId, clock.now())
    if (envelope.issuer !== issuer) {
      throw new LumosError('invalid-proof', 'The request’s proof is not valid: its key is another issuer’s.')
    }
    return this.#admitProven(envelope, context)
  }

  #admitProven(envelope: UnsignedEnvelope, context: RequestContext): Admission | Promise<Admission> {
    const { audit } = this.#options
    const refuse = (error: unknown): never => {
      audit?.refused(envelope, toLumosError(error, 'internal').code)
      throw error
    }
    const admit = (authorization: Authorization) =>
      afterwards(audit?.admitted(envelope, authorization), () => ({ envelope, authorization }))
    let judged: Authorization | Promise<Authorization>
    try {
      judged = this.#judge(envelope, context)
    } catch (error) {
      return refuse(error)
    }
    return isPromise(judged) ? judged.then(admit, refuse) : admit(judged)
  }

  /** What is decided of a request whose proof verified. */
  #judge(envelope: UnsignedEnvelope, context: RequestContext): Authorization | Promise<Authorization> {
    const { nodeId, authorizer, clock, replayGuard, rateLimiter } = this.#options
    replayGuard.check(envelope, clock.now())
    const { issuer, verb } = envelope
    const { scope } = verbTable[verb]
    const request = { issuer, command: commandOf(verb), scope, envelope, context }
    return afterwards(authorizer.authorize(request), authorization => {
      // A node does not limit itself.
      if (issuer !== nodeId) rateLimiter.take(issuer, clock.now())
      return afterwards(replayGuard.secure(envelope, clock.now()), () => authorization)
    })
  }

  /** A value takes the same way as bytes: it may be as large, as deep, and changed later by whoever gave it. */
  #decode(input: Uint8Array | RequestEnvelope): JsonValue {
    if (input instanceof Uint8Array) return decodeJson(input, this.#options.jsonLimits)
    let text: string | undefined
    try {
      text = JSON.stringify(input)
    } catch (cause) {
      throw new LumosError('malformed-frame', 'The request has no JSON form.', { cause })
    }
    return decodeJson(text ?? '', this.#options.jsonLimits)
  }
}

/** Without a turn of the microtask queue where `value` is there already. */
function afterwards<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return isPromise(value) ? value.then(next) : next(value)
}

/** Authorizers may come with promises of their own. */
export function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function parseEnvelope(value: JsonValue, form: 'signed' | 'unsigned'): UnsignedEnvelope {
  const isSigned = form === 'signed'
  if (!isPlainEnvelope(value, isSigned)) check(isSigned ? envelopeSchema : unsignedSchema, value, 'request')
  const envelope = value as unknown as UnsignedEnvelope
  if (envelope.protocol !== protocolVersion) {
    throw new LumosError('protocol-mismatch', `This node speaks ${protocolVersion}.`, {
      details: { protocol: protocolVersion },
    })
  }
  const { verb } = envelope
  if (!Object.hasOwn(verbTable, verb)) {
    throw new LumosError('not-found', 'There is no such verb.', {
      details: { verbs: Object.keys(verbTable) },
    })
  }
  check(verbTable[verb as Verb].params, envelope.params as JsonValue, `params of ${verb}`)
  return envelope
}

function check(schema: z.ZodType, value: JsonValue, what: string): void {
  const result = schema.safeParse(value)
  if (result.success) return
  const issues = result.error.issues.slice(0, 16).map(({ path, message }) => ({
    path: `/${path.map(String).join('/')}`,
    message: message.slice(0, 256),
  }))
  const [first] = issues
  throw new LumosError('invalid-request', `The ${what} is not valid: ${first?.path} ${first?.message}`, {
    details: { issues },
  })
}
