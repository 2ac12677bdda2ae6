import type {
  AbortOptions,
  PrincipalDid,
  SignedUsagePolicy,
  Store,
  UsagePolicy,
  UsageResource,
} from '../../contracts/index.ts'
import type { BindingPolicies } from './judge-use.ts'
import { derivedPrefix, ownerDerivedPrefix, ownerPrefix, policyPrefix } from './usage-keys.ts'

/** The signed policies of a resource's highest version; several when they were signed at once. */
export async function holdingPolicies(
  store: Store,
  resource: UsageResource,
  options?: AbortOptions,
): Promise<SignedUsagePolicy[]> {
  const holding: SignedUsagePolicy[] = []
  for await (const { value } of store.list({ ...options, prefix: policyPrefix(resource), reverse: true })) {
    const signed = value as unknown as SignedUsagePolicy
    if (holding[0] !== undefined && signed.version < holding[0].version) break
    holding.unshift(signed)
  }
  return holding
}

/** Everything that binds a resource, apart from the default. */
export async function bindingOf(
  store: Store,
  resource: UsageResource,
  options?: AbortOptions,
): Promise<BindingPolicies> {
  const { owner } = resource
  const signed = (await holdingPolicies(store, resource, options)).map(({ policy }) => ({ owner, policy }))
  const derived = (await derivedPolicies(store, resource, options)).map(({ policy }) => ({ owner, policy }))
  return { owner, signed, derived }
}

/** What binds a resource because of what it was made of, by key. */
export async function derivedPolicies(
  store: Store,
  resource: UsageResource,
  options?: AbortOptions,
): Promise<{ key: string; policy: UsagePolicy }[]> {
  const derived: { key: string; policy: UsagePolicy }[] = []
  for await (const { key, value } of store.list({ ...options, prefix: derivedPrefix(resource) })) {
    derived.push({ key, policy: value as unknown as UsagePolicy })
  }
  return derived
}

/** The same of everything of one owner that anything binds, by name: two readings, however much there is. */
export async function bindingsOf(
  store: Store,
  owner: PrincipalDid,
  options?: AbortOptions,
): Promise<Map<string, BindingPolicies>> {
  const bindings = new Map<string, BindingPolicies>()
  for (const { resource, policy } of await policiesOf(store, owner, options)) {
    const { signed = [], derived = [] } = bindings.get(resource) ?? {}
    bindings.set(resource, { owner, signed: [...signed, { owner, policy }], derived })
  }
  const prefix = ownerDerivedPrefix(owner)
  for await (const { key, value } of store.list({ ...options, prefix })) {
    const name = decodeURIComponent(key.slice(prefix.length).split('/')[0] as string)
    const { signed = [], derived = [] } = bindings.get(name) ?? {}
    bindings.set(name, {
      owner,
      signed,
      derived: [...derived, { owner, policy: value as unknown as UsagePolicy }],
    })
  }
  return bindings
}

/** What one owner signed: of each resource the highest version. */
export async function policiesOf(
  store: Store,
  owner: PrincipalDid,
  options?: AbortOptions,
): Promise<SignedUsagePolicy[]> {
  const newest = new Map<string, SignedUsagePolicy[]>()
  // In order of name, then version.
  for await (const { value } of store.list({ ...options, prefix: ownerPrefix(owner) })) {
    const signed = value as unknown as SignedUsagePolicy
    const holding = newest.get(signed.resource) ?? []
    const isNewer = signed.version > (holding[0]?.version ?? 0)
    newest.set(signed.resource, isNewer ? [signed] : [...holding, signed])
  }
  return [...newest.values()].flat()
}
