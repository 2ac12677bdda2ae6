import * as z from 'zod'
import { askerOf, requireThreadUse } from '../require-use.ts'
import { id, messages, modelId, sampling } from '../schemas.ts'
import type { VerbTable } from '../verb-definition.ts'

export const agentVerbs: Pick<VerbTable, 'agent.list' | 'agent.get' | 'agent.run'> = {
  'agent.list': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({}),
    effect: 'read',
    execute: ({ services }) => ({ agents: [...services.agents.values()].map(agent => agent.info) }),
  },
  'agent.get': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({ agentId: id }),
    effect: 'read',
    execute: ({ services, params }) => services.runs.agent(params.agentId).info,
  },
  'agent.run': {
    kind: 'stream',
    scope: 'owner',
    params: z.strictObject({
      ...sampling,
      agentId: id,
      messages,
      threadId: id.optional(),
      modelId: modelId.optional(),
      privacy: z.literal('local').optional(),
      maxSteps: z.int().min(1).max(64).optional(),
    }),
    effect: 'repeatable',
    endsAtDeadline: false,
    async *open(call) {
      const { services, envelope, params, subject, offset, signal } = call
      const { threadId } = params
      if (threadId !== undefined) await requireThreadUse(call, threadId, ['read', 'inference'])
      const runId = await services.runs.start(envelope, { ...askerOf(call), delegations: call.delegations })
      yield* services.runs.observe(subject, runId, { offset, signal })
    },
  },
}
