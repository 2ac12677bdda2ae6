import {
  type ApprovalDecision,
  type JsonValue,
  LumosError,
  type RunId,
  type Store,
  type ToolCall,
  type ToolCallId,
} from '../contracts/index.ts'
import { storeKey } from '../core/index.ts'
import { approvalPrefix } from './run-record.ts'

/** What one run asks people, and what they decided. A decision is stored before it takes effect. */
export class Approvals {
  readonly #store: Store
  readonly #runId: RunId
  readonly #requested = new Map<ToolCallId, ToolCall>()
  readonly #decisions = new Map<ToolCallId, ApprovalDecision>()
  readonly #waiting = new Map<ToolCallId, PromiseWithResolvers<ApprovalDecision>>()

  constructor(store: Store, runId: RunId) {
    this.#store = store
    this.#runId = runId
  }

  async load(): Promise<void> {
    const prefix = approvalPrefix(this.#runId)
    for await (const { key, value } of this.#store.list({ prefix })) {
      const toolCallId = decodeURIComponent(key.slice(prefix.length)) as ToolCallId
      this.#decisions.set(toolCallId, value as unknown as ApprovalDecision)
    }
  }

  request(call: ToolCall): void {
    this.#requested.set(call.toolCallId, call)
  }

  /** Calls that nobody has decided. */
  get pending(): ToolCall[] {
    return [...this.#requested.values()].filter(call => !this.#decisions.has(call.toolCallId))
  }

  /** Resolves when a person decided; at once when that has happened. */
  wait(toolCallId: ToolCallId): Promise<ApprovalDecision> {
    const decision = this.#decisions.get(toolCallId)
    if (decision !== undefined) return Promise.resolve(decision)
    const waiting = this.#waiting.get(toolCallId) ?? Promise.withResolvers<ApprovalDecision>()
    this.#waiting.set(toolCallId, waiting)
    return waiting.promise
  }

  /**
   * The first decision counts; the same again is fine.
   *
   * @throws {LumosError} `not-found` for a call that was not asked about, `conflict` for a second opinion
   */
  async decide(toolCallId: ToolCallId, decision: ApprovalDecision): Promise<void> {
    if (!this.#requested.has(toolCallId)) {
      throw new LumosError('not-found', `No call ${toolCallId} of this run waits for approval.`)
    }
    const key = storeKey('run-approval', this.#runId, toolCallId)
    const isFirst = await this.#store.putIfAbsent(key, { ...decision } as JsonValue)
    const counts = isFirst ? decision : ((await this.#store.get(key)) as unknown as ApprovalDecision)
    this.#decisions.set(toolCallId, counts)
    this.#waiting.get(toolCallId)?.resolve(counts)
    if (counts.approved !== decision.approved) {
      throw new LumosError('conflict', 'This call was decided before, the other way.')
    }
  }
}
