import type { Command } from '@lomusai/client-js'
import type { NodeAccess } from '@lomusai/client-js/access'
import { identityFromApiKey } from '@lomusai/client-js/identity'

const label = 'LUMOS_API_KEY'
const commands: readonly Command[] = ['/agent', '/model']

/**
 * Sees that the key of the configuration opens agents and models, and that none does that was configured before. The
 * node keeps the DID that the key stands for, never the key.
 */
export async function applyConfiguredKey(access: NodeAccess, apiKey: string | undefined): Promise<void> {
  const did = apiKey === undefined ? undefined : (await identityFromApiKey(apiKey)).did
  const grants = await access.listGrants()
  const held = new Set<Command>()
  for (const grant of grants.filter(grant => grant.label === label && grant.revokedAt === undefined)) {
    if (grant.audience === did) held.add(grant.command)
    else await access.revoke(grant.cid)
  }
  if (did === undefined) return
  for (const command of commands) {
    if (!held.has(command)) await access.grant({ audience: did, command, label })
  }
}
