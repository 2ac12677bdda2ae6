/**
 * Who may do what on a node, and the proof of what was done.
 *
 * ```ts
 * import { createAuditLog, exportAuditLog, verifyAuditExport } from '@lomusai/client-js/access'
 *
 * const audit = createAuditLog({ store, identity })
 * const host = createHost({ identity, store, audit, threads, models })
 * const { head } = await verifyAuditExport(exportAuditLog(audit))
 * ```
 *
 * @packageDocumentation
 */
export * from './access/audit/index.ts'
