import * as z from 'zod'
import type { VerbTable } from '../verb-definition.ts'

export const nodeVerbs: Pick<VerbTable, 'node.describe' | 'peer.list'> = {
  'node.describe': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({}),
    effect: 'read',
    execute: ({ services }) => services.describe(),
  },
  'peer.list': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({}),
    effect: 'read',
    execute: ({ services }) => ({ peers: services.peers?.list() ?? [] }),
  },
}
