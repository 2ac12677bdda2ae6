import type { AuditEntry, AuditEvent } from '../../contracts/index.ts'
import { canonicalJson, utf8 } from '../../core/index.ts'
import { leafHash, type TreeHash } from './tree-hash.ts'

/** The hash that stands for an entry in the tree: of the RFC 8785 canonical JSON, its index included. */
export function entryHash(entry: AuditEntry): Promise<TreeHash> {
  return leafHash(utf8.encode(canonicalJson(entry)))
}

/** The event with its place, and nothing else that somebody put into it. */
export function toEntry(event: AuditEvent, index: number): AuditEntry {
  const { at, issuer, subject, command, resource, delegations, outcome, traceparent } = event
  return {
    index,
    at,
    issuer,
    subject,
    command,
    ...(resource !== undefined && { resource }),
    delegations: [...delegations],
    outcome,
    ...(traceparent !== undefined && { traceparent }),
  }
}
