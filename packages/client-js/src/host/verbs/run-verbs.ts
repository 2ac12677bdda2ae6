import * as z from 'zod'
import { id } from '../schemas.ts'
import type { VerbTable } from '../verb-definition.ts'

const runId = z.strictObject({ runId: id })

export const runVerbs: Pick<VerbTable, 'run.observe' | 'run.get' | 'run.stop' | 'run.approve'> = {
  'run.observe': {
    kind: 'stream',
    scope: 'owner',
    params: z.strictObject({ runId: id, offset: z.int().min(0).optional() }),
    endsAtDeadline: false,
    open: ({ services, subject, params, offset, signal }) =>
      services.runs.observe(subject, params.runId, { offset: offset || (params.offset ?? 0), signal }),
  },
  'run.get': {
    kind: 'unary',
    scope: 'owner',
    params: runId,
    effect: 'read',
    execute: ({ services, subject, params }) => services.runs.get(subject, params.runId),
  },
  'run.stop': {
    kind: 'unary',
    scope: 'owner',
    params: runId,
    effect: 'repeatable',
    execute: ({ services, subject, params }) => services.runs.stop(subject, params.runId),
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
    execute({ services, subject, params }) {
      const { runId, toolCallId, approved, reason } = params
      const decision = { approved, ...(reason !== undefined && { reason }) }
      return services.runs.approve(subject, runId, toolCallId, decision)
    },
  },
}
