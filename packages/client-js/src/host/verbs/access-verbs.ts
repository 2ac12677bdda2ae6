import * as z from 'zod'
import { type AccessKeeper, LumosError } from '../../contracts/index.ts'
import { cid, command, policy, principal, sequence, timestamp, token } from '../schemas.ts'
import type { VerbServices, VerbTable } from '../verb-definition.ts'

type AccessVerb = Extract<keyof VerbTable, `access.${string}` | `revocation.${string}`>

export const accessVerbs: Pick<VerbTable, AccessVerb> = {
  'access.list': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({}),
    effect: 'read',
    async execute({ services, signal }) {
      const access = keeperOf(services)
      return { grants: await access.listGrants({ signal }), publicCommands: access.publicCommands() }
    },
  },
  'access.grant': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({
      audience: principal,
      command,
      policy: policy.optional(),
      label: z.string().max(128).optional(),
      expiresAt: timestamp.optional(),
    }),
    effect: 'once',
    execute: async ({ services, params, signal }) => ({
      grant: await keeperOf(services).grant(params, { signal }),
    }),
  },
  'access.revoke': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({ cid }),
    effect: 'repeatable',
    execute: async ({ services, params, signal }) => ({
      grant: await keeperOf(services).revoke(params.cid, { signal }),
    }),
  },
  'access.claim': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({ code: z.string().min(1).max(128) }),
    effect: 'once',
    execute: async ({ services, issuer, params, signal }) => ({
      grant: await keeperOf(services).claim(params.code, issuer, { signal }),
    }),
  },
  'revocation.list': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({ after: sequence.optional(), limit: z.int().min(1).max(1000).optional() }),
    effect: 'read',
    execute: async ({ services, params, signal }) => ({
      revocations: await keeperOf(services).revocations.list({ ...params, signal }),
    }),
  },
  'revocation.add': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({ token }),
    effect: 'repeatable',
    execute: async ({ services, params, signal }) => ({
      revocation: await keeperOf(services).revocations.add(params.token, { signal }),
    }),
  },
}

function keeperOf({ access }: VerbServices): AccessKeeper {
  if (access !== undefined) return access
  throw new LumosError('unsupported', 'This node keeps no permissions.')
}
