import * as z from 'zod'
import { type DidLogKeeper, type JsonObject, LumosError } from '../../contracts/index.ts'
import { didLogLimits, isLumosDid } from '../../identity/index.ts'
import { jsonObject } from '../schemas.ts'
import type { VerbServices, VerbTable } from '../verb-definition.ts'

const did = z.string().refine(isLumosDid, 'Expected a did:lumos')
const log = z.array(jsonObject).max(didLogLimits.maxOperations)

export const didVerbs: Pick<VerbTable, 'did.get' | 'did.put'> = {
  'did.get': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({ did }),
    effect: 'read',
    async execute({ services, params, signal }) {
      const known = await keeperOf(services).log(params.did, { signal })
      return known === undefined ? {} : { log: known as JsonObject[] }
    },
  },
  'did.put': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({ log }),
    effect: 'repeatable',
    async execute({ services, params, issuer, signal }) {
      const known = await keeperOf(services).offer(params.log, { by: issuer, signal })
      return { did: known.did, head: known.head }
    },
  },
}

function keeperOf({ didLogs }: VerbServices): DidLogKeeper {
  if (didLogs === undefined) throw new LumosError('unsupported', 'This node keeps no DID logs.')
  return didLogs
}
