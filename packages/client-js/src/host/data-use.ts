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
  const places = [...new Set([place, ...onward(model)])]
  return { principal: issuer, purposes, places, isDelegate: issuer !== owner }
}

/** Where the node hands it on to. */
function onward(model: ModelInfo | undefined): readonly UsagePlace[] {
  if (model === undefined) return []
  if (model.places !== undefined) return model.places.filter(place => place !== 'local')
  return model.isLocal ? [] : ['cloud']
}
