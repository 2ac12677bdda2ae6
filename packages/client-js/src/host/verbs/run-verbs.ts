import * as z from 'zod'
import { id } from '../schemas.ts'
import type { VerbTable } from '../verb-definition.ts'

const runId = z.strictObject({ runId: id })

export const runVerbs: Pick<VerbTable, 'run.observe' | 'run.get' | 'run.stop' | 'run.approve'> = {
  'run.observe': {
    kind: 'stream',
    params: z.strictObject({ runId: id, offset: z.int().min(0).optional() }),
    endsAtDeadline: false,
    open: ({ services, issuer, params, offset, signal }) =>
      services.runs.observe(issuer, params.runId, { offset: offset || (params.offset ?? 0), signal }),
  },
  'run.get': {
    kind: 'unary',
    params: runId,
    effect: 'read',
    execute: ({ services, issuer, params }) => services.runs.get(issuer, params.runId),
  },
  'run.stop': {
    kind: 'unary',
    params: runId,
    effect: 'repeatable',
    execute: ({ services, issuer, params }) => services.runs.stop(issuer, params.runId),
  },
  'run.approve': {
    kind: 'unary',
    params: z.strictObject({
      runId: id,
      toolCallId: id,
      approved: z.boolean(),
      reason: z.string().max(1024).optional(),
    }),
    effect: 'repeatable',
    execute({ services, issuer, params }) {
      const { runId, toolCallId, approved, reason } = params
      const decision = { approved, ...(reason !== undefined && { reason }) }
      return services.runs.approve(issuer, runId, toolCallId, decision)
    },
  },
}
