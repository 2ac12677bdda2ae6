import { createAuditLog } from '../access/audit/index.ts'
import { type NodeAccess, openNodeAccess, RevocationSync } from '../access/index.ts'
import type { AuditLog, KeyDirectory, Verifier } from '../contracts/index.ts'
import { createSystemClock } from '../core/index.ts'
import { createKeyDirectory, createVerifier, DidLogStore } from '../identity/index.ts'
import type { LocalNodeParts } from './local-node.ts'

/** What decides at a node's door, and writes down what it decided. */
export interface NodeDoor {
  access: NodeAccess
  audit: AuditLog
  didLogs: DidLogStore
  keys: KeyDirectory
  verifier: Verifier
  /** Starts and stops with the node. */
  revocationSync: RevocationSync
}

export async function openDoor(parts: LocalNodeParts): Promise<NodeDoor> {
  const { identity, store, publicCommands, onError, clock = createSystemClock() } = parts
  const verifier = createVerifier()
  const sources = parts.didLogSources
  const didLogs = new DidLogStore({ store, clock, verifier, ...(sources && { sources }) })
  const keys = createKeyDirectory({ didLogs, clock })
  const access: NodeAccess = await openNodeAccess({
    ...{ identity, store, keys, verifier, clock },
    ...(publicCommands && { publicCommands }),
    freshness: { isFresh: issuer => revocationSync.isFresh(issuer) },
  })
  const revocationSync = new RevocationSync({
    list: access.revocations,
    sources: parts.revocationSources ?? [],
    clock,
    ...(onError && { onError }),
  })
  const audit = createAuditLog({ store, identity, clock })
  return { access, audit, didLogs, keys, verifier, revocationSync }
}
