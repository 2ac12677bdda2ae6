import {
  type AuditEvent,
  type AuditLog,
  type Authorization,
  type Clock,
  type Command,
  type ErrorCode,
  type JsonObject,
  LumosError,
  type NodeId,
  type UnsignedEnvelope,
} from '../contracts/index.ts'
import { commandOf } from '../core/index.ts'
import { verbTable } from './verb-table.ts'

export interface AuditTrailOptions {
  log: AuditLog
  nodeId: NodeId
  clock: Clock
  onError(error: unknown): void
  /** Reads and refusals that may wait for the log; what comes beyond is counted in a gap. @default 10,000 */
  maxQueued?: number
}

/** How long reads and refusals gather before they are written: what a crash may take. */
const gatherMs = 100
const gatheredAtMost = 256
const gapCommand: Command = '/audit/gap'

/** The parameters of verbs that are ids. Whatever else a request carries is content, and stays out of the log. */
const resourceNames = ['agentId', 'threadId', 'runId', 'toolCallId', 'modelId', 'cid', 'audience', 'command']

/**
 * Writes down what the door decided. A change waits until its entry is durable, and does not happen without it;
 * reads and refusals wait for nobody.
 *
 * @see docs/architecture/audit.md
 */
export class AuditTrail {
  readonly #options: AuditTrailOptions
  readonly #maxQueued: number
  #gathered: AuditEvent[] = []
  #cancelTimer: (() => void) | undefined
  #writing = new Set<Promise<void>>()
  #underWay = 0
  #missed = 0
  #lastError: unknown

  constructor(options: AuditTrailOptions) {
    this.#options = options
    this.#maxQueued = options.maxQueued ?? 10_000
  }

  /** Undefined for a read. @throws {LumosError} `storage-failed`: the change must not happen */
  admitted(envelope: UnsignedEnvelope, authorization: Authorization): Promise<void> | undefined {
    const event = this.#event(envelope, 'admitted', authorization)
    if (!isChange(envelope)) {
      this.#gather(event)
      return undefined
    }
    // In the order of the door, and in one write with what waits.
    this.#flush()
    return this.#append(event)
  }

  refused(envelope: UnsignedEnvelope, code: ErrorCode): void {
    const isFlood = code === 'rate-limited' && this.#gathered.some(isSame(envelope.issuer, code))
    if (isFlood) this.#missed++
    else this.#gather(this.#event(envelope, code))
  }

  /** Settles, never rejects, when everything gathered is written or given up. */
  async idle(): Promise<void> {
    this.#flush()
    while (this.#writing.size > 0) await Promise.all(this.#writing)
  }

  #gather(event: AuditEvent): void {
    if (this.#gathered.length + this.#underWay >= this.#maxQueued) {
      this.#missed++
      return
    }
    this.#gathered.push(event)
    if (this.#gathered.length >= gatheredAtMost) this.#flush()
    else this.#cancelTimer ??= this.#options.clock.setTimer(gatherMs, () => this.#flush())
  }

  #flush(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    const events = this.#gathered
    this.#gathered = []
    for (const event of events) this.#write(event, 1)
    if (this.#missed === 0 || this.#underWay >= this.#maxQueued) return
    const count = this.#missed
    this.#missed = 0
    this.#write(this.#gap(count), count)
  }

  /** @param worth - how many requests went unrecorded if this fails */
  #write(event: AuditEvent, worth: number): void {
    this.#underWay++
    const work = this.#options.log
      .append(event)
      .then(
        () => {},
        error => {
          this.#missed += worth
          this.#report(error)
        },
      )
      .then(() => {
        this.#underWay--
        this.#writing.delete(work)
      })
    this.#writing.add(work)
  }

  async #append(event: AuditEvent): Promise<void> {
    try {
      await this.#options.log.append(event)
    } catch (cause) {
      this.#report(cause)
      const message =
        'The node cannot write its audit log, so it changes nothing. Its owner must look after it.'
      throw new LumosError('storage-failed', message, { cause })
    }
  }

  /** Entries that failed together have one error. */
  #report(error: unknown): void {
    if (error === this.#lastError) return
    this.#lastError = error
    this.#options.onError(error)
  }

  #event(
    envelope: UnsignedEnvelope,
    outcome: AuditEvent['outcome'],
    authorization?: Authorization,
  ): AuditEvent {
    const { issuer, verb, params, traceparent } = envelope
    const resource = resourceOf(verb, params as JsonObject)
    return {
      at: this.#now(),
      issuer,
      subject: authorization?.subject ?? envelope.subject ?? issuer,
      command: commandOf(verb),
      ...(resource !== undefined && { resource }),
      delegations: authorization?.delegations ?? [],
      outcome,
      traceparent,
    }
  }

  #gap(count: number): AuditEvent {
    const { nodeId } = this.#options
    const common = { issuer: nodeId, subject: nodeId, delegations: [], outcome: 'admitted' as const }
    return { at: this.#now(), ...common, command: gapCommand, resource: { count } }
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString()
  }
}

/** Whatever changes something; and permissions, whose every use counts. */
function isChange({ verb }: UnsignedEnvelope): boolean {
  return verbTable[verb].effect !== 'read' || verb.startsWith('access.')
}

function resourceOf(verb: UnsignedEnvelope['verb'], params: JsonObject): JsonObject | undefined {
  const names = verb === 'tool.call' ? ['name'] : resourceNames
  const ids = Object.entries(params).filter(
    ([name, value]) => names.includes(name) && typeof value === 'string' && value.length <= 256,
  )
  return ids.length === 0 ? undefined : Object.fromEntries(ids)
}

function isSame(issuer: string, code: ErrorCode): (event: AuditEvent) => boolean {
  return event => event.issuer === issuer && event.outcome === code
}
