export { type AuditLogOptions, createAuditLog } from './create-audit-log.ts'
export { exportAuditLog } from './export-audit-log.ts'
export { type VerifyTreeHeadOptions, verifyTreeHead } from './tree-head.ts'
export { verifyConsistency, verifyInclusion } from './verify.ts'
export {
  type VerifiedExport,
  type VerifyAuditExportOptions,
  verifyAuditExport,
} from './verify-audit-export.ts'
