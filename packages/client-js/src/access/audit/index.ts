export { type AuditLogOptions, createAuditLog } from './create-audit-log.ts'
export { exportAuditLog, type ReadableAuditLog } from './export-audit-log.ts'
export { type VerifyTreeHeadOptions, verifyTreeHead } from './tree-head.ts'
export { verifyConsistency, verifyInclusion } from './verify.ts'
export {
  type VerifiedExport,
  type VerifyAuditExportOptions,
  verifyAuditExport,
} from './verify-audit-export.ts'
