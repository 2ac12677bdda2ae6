import type { RunId, ThreadId, UsagePurpose, Verb } from '../contracts/index.ts'
import { type Asker, threadResource, useBy } from './data-use.ts'
import type { VerbCall } from './verb-definition.ts'

export function askerOf({ issuer, subject, place }: VerbCall<Verb>): Asker {
  return { issuer, owner: subject, place }
}

/** @throws {LumosError} `forbidden`; `not-found` for a thread that has ended, `purposes` empty included */
export async function requireThreadUse(
  call: VerbCall<Verb>,
  threadId: ThreadId,
  purposes: readonly UsagePurpose[],
): Promise<void> {
  const { services, subject, signal } = call
  await services.usage.require(threadResource(subject, threadId), useBy(askerOf(call), purposes), { signal })
}

/** Whoever started a run may follow it; anybody else needs to be a reader of its conversation. */
export async function requireRunReader(call: VerbCall<Verb>, runId: RunId): Promise<void> {
  const record = await call.services.runs.record(call.subject, runId)
  const isOwn = (record.issuer ?? record.owner) === call.issuer
  if (!isOwn) await requireThreadUse(call, record.threadId, ['read'])
}
