import type {
  DataUse,
  ModelInfo,
  PrincipalDid,
  RunId,
  ThreadId,
  TransportKind,
  UsagePlace,
  UsagePurpose,
  UsageResource,
  Verb,
} from '../contracts/index.ts'
import type { VerbCall } from './verb-definition.ts'

/** Who uses whose data, and through which medium it reaches them. */
export interface Asker {
  issuer: PrincipalDid
  owner: PrincipalDid
  place: UsagePlace
}

/** What policies call the place of a node that is asked through this medium. */
export function placeOf(transport: TransportKind): UsagePlace {
  if (transport === 'in-process') return 'local'
  return transport === 'libp2p' ? 'peer' : 'cloud'
}

export function threadResource(owner: PrincipalDid, threadId: ThreadId): UsageResource {
  return { owner, name: `thread/${threadId}` }
}

/** @param model - which model reads along; absent: none yet */
export function useBy(asker: Asker, purposes: readonly UsagePurpose[], model?: ModelInfo): DataUse {
  const { issuer, owner, place } = asker
  // A node that lends itself to a remote model hands the data on to it.
  const places: UsagePlace[] =
    model === undefined || model.isLocal ? [place] : [...new Set([place, 'cloud' as const])]
  return { principal: issuer, purposes, places, isDelegate: issuer !== owner }
}

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
