import * as z from 'zod'
import { LumosError } from '../../contracts/index.ts'
import { usage } from '../schemas.ts'
import type { VerbCall, VerbTable } from '../verb-definition.ts'

export const usageVerbs: Pick<VerbTable, 'usage.list' | 'usage.update'> = {
  'usage.list': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({}),
    effect: 'read',
    execute: async ({ services, subject, signal }) => ({
      policies: await services.usage.list(subject, { signal }),
    }),
  },
  'usage.update': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({ usage }),
    effect: 'repeatable',
    execute: updateUsage,
  },
}

/** The owner's signature speaks for itself, so anybody may bring a newer policy; the first comes from the owner. */
async function updateUsage(call: VerbCall<'usage.update'>) {
  const { services, issuer, subject, params, signal } = call
  const { owner, resource: name } = params.usage
  const isOwner = owner === issuer || owner === subject
  if (!isOwner && (await services.usage.get({ owner, name }, { signal })) === undefined) {
    throw new LumosError('not-found', 'This node keeps nothing that the usage policy speaks of.')
  }
  return { usage: await services.usage.put(params.usage, { signal }) }
}
