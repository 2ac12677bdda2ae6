import type {
  DataUse,
  ModelInfo,
  PrincipalDid,
  ThreadId,
  TransportKind,
  UsagePlace,
  UsagePurpose,
  UsageResource,
} from '../contracts/index.ts'

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
