import type { AuditEntry, AuditEvent, Command, NodeId } from '../../contracts/index.ts'

/** No verb has this command: only the log itself writes such an entry. */
export const pruneCommand: Command = '/audit/prune'

/** Says in the log that the content of everything before `before` is let go. */
export function pruneEvent(nodeId: NodeId, at: string, before: number): AuditEvent {
  return {
    at,
    issuer: nodeId,
    subject: nodeId,
    command: pruneCommand,
    resource: { before },
    delegations: [],
    outcome: 'admitted',
  }
}

/** Entries before this index may have lost their content by this entry; 0 for any other entry. */
export function prunedBy(entry: AuditEntry, nodeId: NodeId): number {
  const before = entry.resource?.before
  const isPrune = entry.command === pruneCommand && entry.issuer === nodeId && typeof before === 'number'
  return isPrune ? Math.min(before, entry.index) : 0
}
