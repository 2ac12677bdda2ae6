import {
  type AbortOptions,
  type Agent,
  type AgentId,
  type AgentRunParams,
  type DelegationCid,
  LumosError,
  type PrincipalDid,
  type RunEvent,
  type RunId,
  type Task,
  type ThreadId,
  type UnsignedEnvelope,
} from '../contracts/index.ts'
import { createId } from '../core/index.ts'
import { ActiveRun, type RunServices } from './active-run.ts'
import type { Asker } from './data-use.ts'
import type { IdempotencyLedger } from './idempotency-ledger.ts'
import { assertBefore, loadEvents } from './run-log.ts'
import { activeKey, activePrefix, putRecord, type RunRecord, readRecord, toTask } from './run-record.ts'
import type { WorkSlots } from './work-slots.ts'

export interface RunsOptions {
  agents: ReadonlyMap<AgentId, Agent>
  services: RunServices
  ledger: IdempotencyLedger
  slots: WorkSlots
}

/** Who starts a run, and what lets them. */
type RunAsker = Pick<Asker, 'owner' | 'place'> & { delegations: readonly DelegationCid[] }

/** The runs of this node, under way and finished. Everybody sees only their own. */
export class Runs {
  readonly #options: RunsOptions
  readonly #active = new Map<RunId, ActiveRun>()
  #isSuspended = false

  constructor(options: RunsOptions) {
    this.#options = options
  }

  /**
   * Starts a run, or finds the one that the same intention started before.
   *
   * @param asker.owner - whose run it is: only they see it
   * @throws {LumosError} `not-found` for an unknown agent, `rate-limited`, `conflict`
   */
  start(envelope: UnsignedEnvelope<'agent.run'>, asker: RunAsker): Promise<RunId> {
    const { owner, place, delegations } = asker
    const { issuer, idempotencyKey: key, verb, params, deadline } = envelope
    const { ledger, slots, services } = this.#options
    const agent = this.agent(params.agentId)
    const intention = { issuer, key, verb }
    return ledger.exclusively(intention, async () => {
      const claim = await ledger.claim(intention)
      const runId = claim.id as RunId
      if (claim.outcome !== undefined) {
        // Begun before: never again, also when the run itself was swept away since.
        if ((await readRecord(services.store, runId)) !== undefined) return runId
        throw new LumosError('not-found', `The run ${runId} is finished and no longer kept.`)
      }
      if (this.#isSuspended) throw nodeStopping()
      slots.assertFree(issuer)
      const record: RunRecord = {
        runId,
        owner,
        ...(issuer !== owner && { issuer }),
        ...(delegations.length > 0 && { delegations }),
        tools: agent.info.tools,
        place,
        agentId: params.agentId,
        threadId: params.threadId ?? (createId() as ThreadId),
        params: params as AgentRunParams,
        createdAt: services.clock.now(),
        deadline,
      }
      await services.store.batch([
        putRecord(record),
        { type: 'put', key: activeKey(runId), value: record.createdAt },
        ledger.settled(intention, claim),
      ])
      this.#launch(new ActiveRun(record, agent, services))
      return runId
    })
  }

  agent(agentId: AgentId): Agent {
    const agent = this.#options.agents.get(agentId)
    if (agent !== undefined) return agent
    const names = [...this.#options.agents.keys()].join(', ')
    throw new LumosError('not-found', `There is no agent ${agentId}. Agents here: ${names}.`)
  }

  /** @throws {LumosError} `not-found` */
  async record(owner: PrincipalDid, runId: RunId): Promise<RunRecord> {
    const record = this.#find(owner, runId)?.record ?? (await readRecord(this.#options.services.store, runId))
    if (record === undefined || record.owner !== owner) throw noSuchRun(runId)
    return record
  }

  /** Yields the events after `offset`; leaving does not touch the run. */
  async *observe(
    owner: PrincipalDid,
    runId: RunId,
    options: { offset: number; signal?: AbortSignal | undefined },
  ): AsyncGenerator<RunEvent> {
    const { offset, signal } = options
    const active = this.#find(owner, runId)
    if (active !== undefined) yield* active.log.read(offset, signal)
    else {
      await this.#finished(owner, runId)
      const { events } = await loadEvents(this.#options.services.store, runId, signal)
      assertBefore(offset, events.length)
      for (const event of events.slice(offset)) {
        signal?.throwIfAborted()
        yield event
      }
    }
  }

  /** All that a finished run is known by. @throws {LumosError} `conflict` while it is under way */
  async history(
    owner: PrincipalDid,
    runId: RunId,
    options: AbortOptions = {},
  ): Promise<{ record: RunRecord; events: RunEvent[] }> {
    const record = await this.record(owner, runId)
    if (record.status === undefined) {
      throw new LumosError('conflict', 'The run is not finished: its record is made when it is.')
    }
    const { events } = await loadEvents(this.#options.services.store, runId, options.signal)
    return { record, events }
  }

  async get(owner: PrincipalDid, runId: RunId): Promise<Task> {
    const active = this.#find(owner, runId)
    if (active !== undefined) return active.task
    const record = await this.#finished(owner, runId)
    const { events } = await loadEvents(this.#options.services.store, runId)
    return toTask(record, events, record.status as NonNullable<RunRecord['status']>, [])
  }

  /** Stopping a finished run changes nothing. */
  async stop(owner: PrincipalDid, runId: RunId): Promise<Task> {
    const active = this.#find(owner, runId)
    if (active === undefined) return this.get(owner, runId)
    await active.end(new LumosError('run-stopped', 'The run was stopped by its requester.'))
    return active.task
  }

  /** @throws {LumosError} `not-found`, `conflict` when the run is finished or the call decided otherwise */
  async approve(
    owner: PrincipalDid,
    runId: RunId,
    ...decision: Parameters<ActiveRun['approve']>
  ): Promise<Task> {
    const active = this.#find(owner, runId)
    if (active === undefined) {
      await this.#finished(owner, runId)
      throw new LumosError('conflict', 'The run is finished: there is nothing to approve.')
    }
    await active.approve(...decision)
    return active.task
  }

  /** Continues what an earlier process left unfinished. */
  async resume(signal?: AbortSignal): Promise<void> {
    const { store } = this.#options.services
    this.#isSuspended = false
    for await (const { key } of store.list({ prefix: activePrefix, signal })) {
      const runId = decodeURIComponent(key.slice(activePrefix.length)) as RunId
      if (this.#active.has(runId)) continue
      const record = await readRecord(store, runId)
      if (record === undefined) await store.delete(key)
      else await this.#continue(record, signal)
    }
  }

  /** Lets runs finish until `signal` aborts, then suspends the rest. Runs that wait for a person are not waited for. */
  async suspend(signal: AbortSignal): Promise<void> {
    this.#isSuspended = true
    const reason = nodeStopping()
    await Promise.all(
      [...this.#active.values()].map(async run => {
        if (!run.isWaiting && !signal.aborted) {
          const { promise, resolve } = Promise.withResolvers<void>()
          signal.addEventListener('abort', () => resolve(), { once: true })
          await Promise.race([run.done, promise])
        }
        await run.end(reason)
      }),
    )
  }

  async #continue(record: RunRecord, signal?: AbortSignal): Promise<void> {
    const { agents, services } = this.#options
    const stored = await loadEvents(services.store, record.runId, signal)
    const agent = agents.get(record.agentId) ?? missingAgent(record.agentId)
    this.#launch(new ActiveRun(record, agent, services, stored))
  }

  #launch(run: ActiveRun): void {
    const { runId, owner } = run.record
    this.#active.set(runId, run)
    const release = this.#options.slots.take(owner)
    run.start()
    void run.done.then(() => {
      this.#active.delete(runId)
      release()
    })
  }

  #find(owner: PrincipalDid, runId: RunId): ActiveRun | undefined {
    const run = this.#active.get(runId)
    return run?.record.owner === owner ? run : undefined
  }

  async #finished(owner: PrincipalDid, runId: RunId): Promise<RunRecord> {
    const record = await this.record(owner, runId)
    if (record.status !== undefined) return record
    throw new LumosError('node-stopping', 'The run is suspended. It goes on when the node has started again.')
  }
}

function noSuchRun(runId: RunId): LumosError {
  return new LumosError('not-found', `There is no run ${runId}.`)
}

function nodeStopping(): LumosError {
  return new LumosError('node-stopping', 'The node is stopping. Its unfinished runs go on when it is back.')
}

/** The node was configured anew without it; its runs end with a clear error. */
function missingAgent(agentId: AgentId): Pick<Agent, 'run'> {
  return {
    // biome-ignore lint/correctness/useYield: it fails before its first event
    async *run() {
      throw new LumosError('not-found', `The agent ${agentId} is no longer here.`)
    },
  }
}
