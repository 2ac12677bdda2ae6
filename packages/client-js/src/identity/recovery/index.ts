export { createGuardianKey } from './guardian-key.ts'
export { recoveryIdentity } from './recovery-key.ts'
export { createRecoveryWords } from './recovery-words.ts'
export {
  combineShares,
  openShare,
  passShareOn,
  type SealedShare,
  type SplitOptions,
  splitRecovery,
} from './social-recovery.ts'
export type { WordLanguage } from './word-lists.ts'
