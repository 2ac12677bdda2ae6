import * as z from 'zod'
import { LumosError, type SignedRunRecord } from '../../contracts/index.ts'
import { requireRunReader } from '../require-use.ts'
import { id } from '../schemas.ts'
import type { VerbCall, VerbTable } from '../verb-definition.ts'

type RunVerb = 'run.observe' | 'run.get' | 'run.record' | 'run.stop' | 'run.approve'

const runId = z.strictObject({ runId: id })

export const runVerbs: Pick<VerbTable, RunVerb> = {
  'run.observe': {
    kind: 'stream',
    scope: 'owner',
    params: z.strictObject({ runId: id, offset: z.int().min(0).optional() }),
    effect: 'read',
    endsAtDeadline: false,
    async *open(call) {
      const { services, subject, params, offset, signal } = call
      await requireRunReader(call, params.runId)
      const from = offset || (params.offset ?? 0)
      yield* services.runs.observe(subject, params.runId, { offset: from, signal })
    },
  },
  'run.get': {
    kind: 'unary',
    scope: 'owner',
    params: runId,
    effect: 'read',
    async execute(call) {
      const { services, subject, params } = call
      await requireRunReader(call, params.runId)
      return services.runs.get(subject, params.runId)
    },
  },
  'run.record': {
    kind: 'unary',
    scope: 'owner',
    params: runId,
    effect: 'read',
    execute: recordRun,
  },
  'run.stop': {
    kind: 'unary',
    scope: 'owner',
    params: runId,
    effect: 'repeatable',
    async execute(call) {
      const { services, subject, params } = call
      await requireRunReader(call, params.runId)
      return services.runs.stop(subject, params.runId)
    },
  },
  'run.approve': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({
      runId: id,
      toolCallId: id,
      approved: z.boolean(),
      reason: z.string().max(1024).optional(),
    }),
    effect: 'repeatable',
    async execute(call) {
      const { services, subject, params } = call
      const { runId, toolCallId, approved, reason } = params
      await requireRunReader(call, runId)
      const decision = { approved, ...(reason !== undefined && { reason }) }
      return services.runs.approve(subject, runId, toolCallId, decision)
    },
  },
}

async function recordRun(call: VerbCall<'run.record'>): Promise<SignedRunRecord> {
  const { services, subject, params, signal } = call
  if (services.recorder === undefined) {
    throw new LumosError('unsupported', 'This node signs no records of runs.')
  }
  await requireRunReader(call, params.runId)
  const { record, events } = await services.runs.history(subject, params.runId, { signal })
  const { runId, threadId, agentId, owner, issuer, delegations = [], tools = [], createdAt } = record
  const beginning = {
    runId,
    threadId,
    nodeId: services.describe().nodeId,
    agentId,
    tools,
    requester: owner,
    ...(issuer !== undefined && { issuer }),
    delegations,
    params: record.params,
    startedAt: new Date(createdAt).toISOString(),
  }
  return services.recorder.record(beginning, events)
}
