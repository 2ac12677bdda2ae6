import { LumosError } from '../../contracts/index.ts'

/** Somebody changed what must not change: nothing can be added, and trying again does not help. */
export function damaged(what: string): LumosError {
  const message = `The audit log was changed behind its back: ${what}. Restore it from a copy, or keep it as evidence and begin a new one.`
  return new LumosError('storage-failed', message, { retryable: false })
}
