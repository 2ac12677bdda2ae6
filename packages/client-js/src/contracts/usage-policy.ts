import type { AbortOptions } from './abort-options.ts'
import type { Did, PrincipalDid } from './ids.ts'

/**
 * What data may be used for: being read by people and programs, being put before a model, changing a model, being
 * handed on.
 */
export type UsagePurpose = 'read' | 'inference' | 'learning' | 'share'

/** Where a model computes, seen from whoever asks. */
export type UsagePlace = 'local' | 'cloud' | 'peer'

/** Somebody, everybody, the data's owner, or whoever is a member of a group now. */
export type UsagePrincipal = PrincipalDid | `did:${string}` | 'anyone' | 'owner' | `group:${string}`

export interface UsageRule {
  /** Empty: nobody. */
  principals: readonly UsagePrincipal[]
  /** ISO 8601, UTC: from then on nobody. Absent: as long as the data lives. */
  until?: string
}

export interface InferenceRule extends UsageRule {
  /** Absent: anywhere. Empty: nowhere. */
  places?: readonly UsagePlace[]
}

/** Who may use data for what, until when. Nothing is implied: who is not listed may not. */
export interface UsagePolicy {
  read: UsageRule
  inference: InferenceRule
  learning: UsageRule
  share: UsageRule
  /** ISO 8601, UTC: the data ends then. Nobody may use it, and whoever keeps it deletes it. Absent: never. */
  until?: string
}

/** One piece of data: the owner's, by a name that is unique among the owner's, for instance `thread/holiday`. */
export interface UsageResource {
  owner: PrincipalDid
  name: string
}

/**
 * A policy that copies of the data carry, wherever they go. Of two, the one with the higher version holds; of
 * different ones with the same version, both do.
 *
 * @see spec/usage-policy.md
 */
export interface SignedUsagePolicy {
  /** The only format there is. */
  type: 'lumos-usage/1'
  owner: PrincipalDid
  /** The resource's name. */
  resource: string
  /** 1, 2, 3 … */
  version: number
  policy: UsagePolicy
  /** ISO 8601, UTC. */
  issuedAt: string
  /** The key that signed: the owner's. */
  issuer: Did
  /** Ed25519 over the RFC 8785 canonical JSON of the other members, base64url. */
  signature: string
}

/** What somebody is about to do with data. */
export interface DataUse {
  principal: PrincipalDid
  purposes: readonly UsagePurpose[]
  /** Of inference: everywhere the data would go. */
  places?: readonly UsagePlace[]
  /** The owner delegated reading or inferring to the principal, which counts where no policy names the data. */
  isDelegate?: boolean
}

/** Who is in a group now. */
export interface GroupMembership {
  isMember(groupId: string, principal: PrincipalDid): boolean | Promise<boolean>
}

/**
 * The one question before anything is read for others, put before a model, learned from or handed on.
 *
 * @see docs/architecture/privacy.md
 */
export interface UsageGuard {
  /** Data that no policy names is its owner's to read and to infer from, nobody's to learn from or to share. */
  allows(resource: UsageResource, use: DataUse, options?: AbortOptions): Promise<boolean>
  /**
   * @throws {LumosError} `forbidden`, with the purpose in `details`; `not-found` when the data has ended; `storage-failed`
   */
  require(resource: UsageResource, use: DataUse, options?: AbortOptions): Promise<void>
  /** Those of one owner's data that allow the use, in the order given. */
  filter(
    owner: PrincipalDid,
    names: readonly string[],
    use: DataUse,
    options?: AbortOptions,
  ): Promise<string[]>
  /** From now on `resource` is bound by what binds the `sources` too: it holds what was in them. */
  derive(resource: UsageResource, sources: readonly UsageResource[], options?: AbortOptions): Promise<void>
}

/** Keeps policies beside the data they speak of. */
export interface UsagePolicies extends UsageGuard {
  /** The newest; the first of several with one version. Absent: never set. */
  get(resource: UsageResource, options?: AbortOptions): Promise<SignedUsagePolicy | undefined>
  /** What one owner has set here, in order of name: the newest of each, several where they share a version. */
  list(owner: PrincipalDid, options?: AbortOptions): Promise<SignedUsagePolicy[]>
  /**
   * Keeps a newer policy; an older one, or the same again, changes nothing. Resolves to the one that holds.
   *
   * @throws {LumosError} `invalid-proof` unless a key of the owner signed it; `invalid-request`; `conflict`
   */
  put(signed: SignedUsagePolicy, options?: AbortOptions): Promise<SignedUsagePolicy>
  /** The data is gone, and its policy with it. */
  forget(resource: UsageResource, options?: AbortOptions): Promise<void>
  /** Deletes, through `remove`, data that has ended, then its policy. Resolves to how many. */
  sweep(remove: (resource: UsageResource) => Promise<void>, options?: AbortOptions): Promise<number>
}

/** Removes data of one kind, once its policy says that it has ended. */
export interface DataKeeper {
  /** What its resources' names begin with: `note` for `note/1`. */
  readonly kind: string
  /** Removing what is not there is fine. */
  remove(owner: PrincipalDid, id: string, options?: AbortOptions): Promise<void>
}
