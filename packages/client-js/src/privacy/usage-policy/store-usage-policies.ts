import {
  type AbortOptions,
  type Clock,
  type DataUse,
  type GroupMembership,
  type JsonValue,
  type KeyDirectory,
  LumosError,
  type PrincipalDid,
  type SignedUsagePolicy,
  type Store,
  type StoreOperation,
  type UsagePolicies,
  type UsagePolicy,
  type UsagePurpose,
  type UsageResource,
  type Verifier,
} from '../../contracts/index.ts'
import { base64url, canonicalJson, createSystemClock, KeyedLock, utf8 } from '../../core/index.ts'
import { hasEnded } from './allows-usage.ts'
import { defaultUsagePolicy } from './create-usage-policy.ts'
import { decodeSignedUsagePolicy } from './decode-usage-policy.ts'
import { type BindingPolicies, judgeUse } from './judge-use.ts'
import { mergeUsage, type OwnedUsagePolicy } from './merge-usage.ts'
import { verifyUsagePolicy } from './signed-usage-policy.ts'
import { derivedPrefix, endKey, endPrefix, policyKey, policyPrefix, readEndKey } from './usage-keys.ts'
import { bindingOf, bindingsOf, derivedPolicies, holdingPolicies, policiesOf } from './usage-records.ts'

export interface StoreUsagePoliciesOptions {
  store: Store
  verifier: Verifier
  /** Says which keys speak for owners and principals that are not a key themselves. @default keys only */
  keys?: KeyDirectory
  /** @default nobody is in any group */
  groups?: GroupMembership
  /** @default the machine's clock */
  clock?: Clock
}

/** How many different policies of one version an owner may have signed, by mistake or on several devices. */
const maxTwins = 8

/** How many derived policies stand beside each other before they become one. */
const maxDerived = 16

/** Policies in a Store. Several may share one Store: nothing is overwritten, only added and later tidied. */
export class StoreUsagePolicies implements UsagePolicies {
  readonly #options: StoreUsagePoliciesOptions & { clock: Clock }
  readonly #lock = new KeyedLock()

  constructor(options: StoreUsagePoliciesOptions) {
    this.#options = { ...options, clock: options.clock ?? createSystemClock() }
  }

  async get(resource: UsageResource, options?: AbortOptions): Promise<SignedUsagePolicy | undefined> {
    const [first] = await holdingPolicies(this.#options.store, resource, options)
    return first
  }

  list(owner: PrincipalDid, options?: AbortOptions): Promise<SignedUsagePolicy[]> {
    return policiesOf(this.#options.store, owner, options)
  }

  async put(input: SignedUsagePolicy, options?: AbortOptions): Promise<SignedUsagePolicy> {
    const signed = decodeSignedUsagePolicy(input)
    const { store, verifier, keys } = this.#options
    await verifyUsagePolicy(signed, { verifier, keys }, options)
    const resource = { owner: signed.owner, name: signed.resource }
    return this.#lock.run(policyPrefix(resource), async () => {
      const holding = await holdingPolicies(store, resource, options)
      const version = holding[0]?.version ?? 0
      const isKnown = holding.some(({ signature }) => signature === signed.signature)
      if (isKnown || signed.version < version) return holding[0] as SignedUsagePolicy
      if (signed.version === version && holding.length >= maxTwins) {
        throw new LumosError('conflict', `Too many usage policies have version ${version}. Sign a newer one.`)
      }
      const key = policyKey(resource, signed.version, signed.signature)
      const operations: StoreOperation[] = [{ type: 'put', key, value: json(signed) }]
      if (signed.policy.until !== undefined) {
        const end = endKey(resource, Date.parse(signed.policy.until))
        operations.push({ type: 'put', key: end, value: signed.policy.until })
      }
      if (signed.version > version) operations.push(...holding.map(older => deletion(resource, older)))
      await store.batch(operations, options)
      return (await this.get(resource, options)) as SignedUsagePolicy
    })
  }

  async allows(resource: UsageResource, use: DataUse, options?: AbortOptions): Promise<boolean> {
    return (await this.#refused(resource, use, options)) === undefined
  }

  async require(resource: UsageResource, use: DataUse, options?: AbortOptions): Promise<void> {
    const refused = await this.#refused(resource, use, options)
    if (refused === undefined) return
    if (refused === 'ended') throw new LumosError('not-found', `There is no ${resource.name}.`)
    throw new LumosError(
      'forbidden',
      `The usage policy of ${resource.name} does not allow ${refused} here.`,
      {
        details: { purpose: refused, resource: resource.name },
      },
    )
  }

  async filter(
    owner: PrincipalDid,
    names: readonly string[],
    use: DataUse,
    options?: AbortOptions,
  ): Promise<string[]> {
    const bindings = await bindingsOf(this.#options.store, owner, options)
    const allowed: string[] = []
    for (const name of names) {
      const binding = bindings.get(name) ?? { owner, signed: [], derived: [] }
      if ((await this.#judge(binding, use, options)) === undefined) allowed.push(name)
    }
    return allowed
  }

  async derive(
    resource: UsageResource,
    sources: readonly UsageResource[],
    options?: AbortOptions,
  ): Promise<void> {
    const sourcePolicies: OwnedUsagePolicy[] = []
    for (const source of sources) {
      const { owner, signed, derived } = await bindingOf(this.#options.store, source, options)
      sourcePolicies.push(...signed, ...derived)
      // What the same owner left open binds nothing; what is somebody else's is private unless they say otherwise.
      const isForeign = owner !== resource.owner && signed.length === 0
      if (isForeign) sourcePolicies.push({ owner, policy: defaultUsagePolicy })
    }
    if (sourcePolicies.length === 0) return
    const replaced = await this.#crowdedOut(resource, options)
    const operations: StoreOperation[] = replaced.map(({ key }) => ({ type: 'delete', key }))
    const { owner } = resource
    const merged = mergeUsage([...replaced.map(({ policy }) => ({ owner, policy })), ...sourcePolicies])
    operations.push({
      type: 'put',
      key: `${derivedPrefix(resource)}${await digest(merged)}`,
      value: json(merged),
    })
    if (merged.until !== undefined) {
      operations.push({ type: 'put', key: endKey(resource, Date.parse(merged.until)), value: merged.until })
    }
    await this.#options.store.batch(operations, options)
  }

  async forget(resource: UsageResource, options?: AbortOptions): Promise<void> {
    const { store } = this.#options
    const operations: StoreOperation[] = []
    for (const prefix of [policyPrefix(resource), derivedPrefix(resource)]) {
      for await (const { key } of store.list({ ...options, prefix })) operations.push({ type: 'delete', key })
    }
    await store.batch(operations, options)
  }

  async sweep(remove: (resource: UsageResource) => Promise<void>, options?: AbortOptions): Promise<number> {
    const { store, clock } = this.#options
    let swept = 0
    for await (const { key } of store.list({ ...options, prefix: endPrefix })) {
      const { endsAt, resource } = readEndKey(key)
      if (endsAt > clock.now()) break
      const { signed, derived } = await bindingOf(store, resource, options)
      // A newer policy may have given it more time, and has an end of its own.
      if ([...signed, ...derived].some(({ policy }) => hasEnded(policy, clock.now()))) {
        await remove(resource)
        await this.forget(resource, options)
        swept++
      }
      await store.delete(key, options)
    }
    return swept
  }

  /** Once there are many derived policies, the next one takes their place: it allows nothing that they forbid. */
  async #crowdedOut(resource: UsageResource, options?: AbortOptions) {
    const present = await derivedPolicies(this.#options.store, resource, options)
    return present.length < maxDerived ? [] : present
  }

  async #refused(
    resource: UsageResource,
    use: DataUse,
    options?: AbortOptions,
  ): Promise<UsagePurpose | 'ended' | undefined> {
    return this.#judge(await bindingOf(this.#options.store, resource, options), use, options)
  }

  #judge(binding: BindingPolicies, use: DataUse, options?: AbortOptions) {
    const { keys, groups, clock } = this.#options
    return judgeUse(binding, use, { keys, groups, now: clock.now(), signal: options?.signal })
  }
}

function deletion(resource: UsageResource, { version, signature }: SignedUsagePolicy): StoreOperation {
  return { type: 'delete', key: policyKey(resource, version, signature) }
}

function json(value: object): JsonValue {
  return value as unknown as JsonValue
}

/** Names a policy by what it says, so that the same one is kept once. */
async function digest(policy: UsagePolicy): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', utf8.encode(canonicalJson(policy)))
  return base64url.encode(new Uint8Array(hash))
}
