import * as z from 'zod'
import type { VerbTable } from '../verb-definition.ts'

/** Too long to guess: what both devices share names it. */
const name = z.string().regex(/^[\w-]{43}$/, 'Expected 43 characters of base64url')
/** Less than what HTTP proxies wait for. */
const maxWaitMs = 25_000

export const pairingVerbs: Pick<VerbTable, 'pairing.put' | 'pairing.get'> = {
  'pairing.put': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({ name, message: z.string().regex(/^[\w-]+$/, 'Expected base64url') }),
    effect: 'once',
    async execute({ services, issuer, params }) {
      services.pairing.put(params.name, params.message, issuer)
      return {}
    },
  },
  'pairing.get': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({ name, waitMs: z.int().min(0).max(maxWaitMs).optional() }),
    effect: 'read',
    async execute({ services, params, signal }) {
      const message = await services.pairing.get(params.name, { waitMs: params.waitMs ?? 0, signal })
      return message === undefined ? {} : { message }
    },
  },
}
