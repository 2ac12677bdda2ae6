import type {
  AbortOptions,
  DataUse,
  GroupMembership,
  KeyDirectory,
  PrincipalDid,
  UsagePrincipal,
  UsagePurpose,
} from '../../contracts/index.ts'
import { allowsUsage, hasEnded } from './allows-usage.ts'
import { defaultUsagePolicy } from './create-usage-policy.ts'
import type { OwnedUsagePolicy } from './merge-usage.ts'

export interface BindingPolicies {
  owner: PrincipalDid
  /** What the owner signed. Empty: nothing, so the default holds. */
  signed: readonly OwnedUsagePolicy[]
  /** What binds it because of what it was made of. */
  derived: readonly OwnedUsagePolicy[]
}

export interface UsageDirectories {
  keys?: KeyDirectory | undefined
  groups?: GroupMembership | undefined
}

/** The first purpose that is refused, or `ended` when there is nothing left to use. Absent: all are allowed. */
export async function judgeUse(
  binding: BindingPolicies,
  use: DataUse,
  by: UsageDirectories & { now: number } & AbortOptions,
): Promise<UsagePurpose | 'ended' | undefined> {
  const { now } = by
  const all = [...binding.signed, ...binding.derived]
  if (all.some(({ policy }) => hasEnded(policy, now))) return 'ended'
  for (const purpose of use.purposes) {
    const policies =
      binding.signed.length > 0 || isDelegated(use, purpose) ? all : [ownDefault(binding), ...all]
    const refusing = policies.filter(({ policy, owner }) => {
      return !allowsUsage(policy, { purpose, now, owner, principal: use.principal, ...placesOf(use) })
    })
    if (refusing.length === 0) continue
    // Asking around comes last: most are named themselves.
    const memberships = await membershipsOf(use.principal, namedFor(purpose, refusing), by)
    const isAllowed = refusing.every(({ policy, owner }) =>
      allowsUsage(policy, { purpose, now, owner, principal: use.principal, memberships, ...placesOf(use) }),
    )
    if (!isAllowed) return purpose
  }
  return undefined
}

/** A delegation stands in where the owner said nothing of the data itself; it never covers learning or sharing. */
function isDelegated(use: DataUse, purpose: UsagePurpose): boolean {
  return use.isDelegate === true && (purpose === 'read' || purpose === 'inference')
}

function ownDefault({ owner }: BindingPolicies): OwnedUsagePolicy {
  return { owner, policy: defaultUsagePolicy }
}

function placesOf({ places }: DataUse): Pick<DataUse, 'places'> {
  return places === undefined ? {} : { places }
}

function namedFor(purpose: UsagePurpose, policies: readonly OwnedUsagePolicy[]): Set<UsagePrincipal> {
  return new Set(
    policies.flatMap(({ policy, owner }) =>
      policy[purpose].principals.map(principal => (principal === 'owner' ? owner : principal)),
    ),
  )
}

/** Which of the listed stand for this principal. Who cannot be asked stands for nobody. */
async function membershipsOf(
  principal: PrincipalDid,
  listed: ReadonlySet<UsagePrincipal>,
  { keys, groups, signal }: UsageDirectories & AbortOptions,
): Promise<Set<UsagePrincipal>> {
  const memberships = new Set<UsagePrincipal>()
  for (const name of listed) {
    signal?.throwIfAborted()
    try {
      if (await standsFor(name, principal, { keys, groups, signal })) memberships.add(name)
    } catch (error) {
      if (signal?.aborted) throw error
    }
  }
  return memberships
}

async function standsFor(
  name: UsagePrincipal,
  principal: PrincipalDid,
  { keys, groups, signal }: UsageDirectories & AbortOptions,
): Promise<boolean> {
  if (name.startsWith('group:')) {
    return (await groups?.isMember(name.slice('group:'.length), principal)) === true
  }
  if (!name.startsWith('did:') || name.startsWith('did:key:')) return false
  const speaking = (await keys?.keysOf(name as PrincipalDid, { signal })) ?? []
  return (speaking as readonly string[]).includes(principal)
}
