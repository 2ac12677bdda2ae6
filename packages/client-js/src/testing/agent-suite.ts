import { describe, expect, it } from 'vitest'
import {
  type Agent,
  type AgentEvent,
  type AgentRunContext,
  type AgentRunParams,
  type Did,
  LumosError,
  type RunId,
  type ThreadId,
  textOf,
} from '../contracts/index.ts'
import { createId } from '../core/index.ts'
import { runParams } from './host-fixture.ts'

export interface AgentSuiteOptions {
  /** An agent that answers `Hello` with some text. */
  create(): Promise<Agent> | Agent
}

/** A context for a run outside any host. */
export function agentContext(context: Partial<AgentRunContext> = {}): AgentRunContext {
  const requester = context.requester ?? ('did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH' as Did)
  return {
    runId: createId() as RunId,
    threadId: createId() as ThreadId,
    requester,
    signal: new AbortController().signal,
    history: [],
    journal: [],
    waitForApproval: () => new Promise(() => {}),
    useModel: async () => ({ principal: requester, purposes: ['read', 'inference'], places: ['local'] }),
    ...context,
  }
}

/** Everything an agent yields. */
export async function runAgent(
  agent: Agent,
  params: AgentRunParams,
  context: Partial<AgentRunContext> = {},
): Promise<AgentEvent[]> {
  const events: AgentEvent[] = []
  for await (const event of agent.run(params, agentContext(context))) events.push(event)
  return events
}

/** What every {@link Agent} must do. */
export function agentSuite(name: string, options: AgentSuiteOptions): void {
  describe(`${name} is an Agent`, () => {
    it('says who it is', async () => {
      const { info } = await options.create()
      expect(info.agentId).toMatch(/^[\w.:~-]{1,128}$/)
      expect(info.card.name).not.toBe('')
      expect(info.card.skills.length).toBeGreaterThan(0)
    })

    it('leaves the first and the last event to the host', async () => {
      const types = (await runAgent(await options.create(), runParams('Hello'))).map(({ type }) => type)
      expect(types).not.toContain('run-started')
      expect(types).not.toContain('run-finished')
    })

    it('adds a message that holds the text it streamed', async () => {
      const context = agentContext()
      const events = await runAgent(await options.create(), runParams('Hello'), context)
      const added = events.findLast(event => event.type === 'message-added')
      const streamed = events.map(event => (event.type === 'text-delta' ? event.text : '')).join('')
      expect(added?.message).toMatchObject({
        role: 'ROLE_AGENT',
        taskId: context.runId,
        contextId: context.threadId,
      })
      expect(textOf(added?.message as never)).toBe(streamed)
      expect(streamed).not.toBe('')
    })

    it('has nothing to add to a run that its journal shows complete', async () => {
      const agent = await options.create()
      const params = runParams('Hello')
      const journal = await runAgent(agent, params)
      expect(await runAgent(agent, params, { journal })).toEqual([])
    })

    it('goes on from any prefix of its journal to one complete answer', async () => {
      const agent = await options.create()
      const params = runParams('Hello')
      const whole = await runAgent(agent, params)
      for (let length = 0; length < whole.length; length++) {
        const journal = whole.slice(0, length)
        const events = [...journal, ...(await runAgent(agent, params, { journal }))]
        const messages = events.filter(event => event.type === 'message-added')
        expect(messages).toHaveLength(whole.filter(event => event.type === 'message-added').length)
        const steps = events.filter(event => event.type === 'step-finished').map(({ step }) => step)
        expect(new Set(steps).size).toBe(steps.length)
      }
    })

    it('throws the reason of an abort, before it starts and at every event', async () => {
      const agent = await options.create()
      const reason = new LumosError('run-stopped', 'stopped')
      await expect(runAgent(agent, runParams('Hello'), { signal: AbortSignal.abort(reason) })).rejects.toBe(
        reason,
      )
      const { length } = await runAgent(agent, runParams('Hello'))
      for (let at = 1; at < length; at++) {
        const controller = new AbortController()
        let count = 0
        const run = async () => {
          const context = agentContext({ signal: controller.signal })
          for await (const _ of agent.run(runParams('Hello'), context))
            if (++count === at) controller.abort(reason)
        }
        // The last words may be out already: then the run just ends.
        const outcome = await run().catch(error => error)
        if (outcome !== undefined) expect(outcome).toBe(reason)
        else expect(count).toBe(length)
      }
    })
  })
}
