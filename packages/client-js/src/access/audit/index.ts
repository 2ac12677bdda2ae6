export { type AnchoredHeads, type AnchoredHeadsOptions, createAnchoredHeads } from './anchored-heads.ts'
export { type AuditLogOptions, createAuditLog } from './create-audit-log.ts'
export {
  createEvmHeadAnchor,
  type EvmClient,
  type EvmHeadAnchorOptions,
  type EvmReceipt,
} from './evm-head-anchor.ts'
export { exportAuditLog, type ReadableAuditLog } from './export-audit-log.ts'
export { type VerifyTreeHeadOptions, verifyTreeHead } from './tree-head.ts'
export { verifyConsistency, verifyInclusion } from './verify.ts'
export {
  type VerifiedExport,
  type VerifyAuditExportOptions,
  verifyAuditExport,
} from './verify-audit-export.ts'
