import * as z from 'zod'
import { type AuditLog, LumosError } from '../../contracts/index.ts'
import { sequence } from '../schemas.ts'
import type { VerbServices, VerbTable } from '../verb-definition.ts'

export const auditVerbs: Pick<VerbTable, Extract<keyof VerbTable, `audit.${string}`>> = {
  'audit.list': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({
      from: sequence.optional(),
      limit: z.int().min(1).max(1000).optional(),
      newestFirst: z.boolean().optional(),
    }),
    effect: 'read',
    execute: async ({ services, params, signal }) => ({
      entries: await logOf(services).list({ ...params, signal }),
    }),
  },
  'audit.head': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({}),
    effect: 'read',
    execute: ({ services, signal }) => logOf(services).head({ signal }),
  },
  'audit.inclusion': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({ index: sequence, treeSize: sequence }),
    effect: 'read',
    execute: async ({ services, params, signal }) => ({
      path: await logOf(services).proveInclusion(params.index, params.treeSize, { signal }),
    }),
  },
  'audit.consistency': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({ from: sequence, to: sequence }),
    effect: 'read',
    execute: async ({ services, params, signal }) => ({
      path: await logOf(services).proveConsistency(params.from, params.to, { signal }),
    }),
  },
}

function logOf({ audit }: VerbServices): AuditLog {
  if (audit !== undefined) return audit
  throw new LumosError('unsupported', 'This node keeps no audit log.')
}
