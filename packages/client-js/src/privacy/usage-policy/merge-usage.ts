import {
  type InferenceRule,
  LumosError,
  type PrincipalDid,
  type UsagePlace,
  type UsagePolicy,
  type UsagePrincipal,
  type UsageRule,
} from '../../contracts/index.ts'

/** A policy, and whom it calls `owner`. */
export interface OwnedUsagePolicy {
  owner: PrincipalDid
  policy: UsagePolicy
}

/**
 * What binds data that was made of all the sources: it allows nothing that one of them forbids. The order of the
 * sources does not matter. Somebody whom one source names and another reaches only through a group is left out.
 *
 * @throws {LumosError} `invalid-request` without a source
 */
export function mergeUsage(sources: readonly OwnedUsagePolicy[]): UsagePolicy {
  const policies = sources.map(withNamedOwner)
  if (policies.length === 0) throw new LumosError('invalid-request', 'Without a source there is no policy.')
  const places = strictestPlaces(policies.map(({ inference }) => inference.places))
  return {
    read: strictestRule(policies.map(({ read }) => read)),
    inference: { ...strictestRule(policies.map(({ inference }) => inference)), ...(places && { places }) },
    learning: strictestRule(policies.map(({ learning }) => learning)),
    share: strictestRule(policies.map(({ share }) => share)),
    ...earliest(policies),
  }
}

function withNamedOwner({ owner, policy }: OwnedUsagePolicy): UsagePolicy {
  const named = <Rule extends UsageRule>(rule: Rule): Rule => ({
    ...rule,
    principals: rule.principals.map(principal => (principal === 'owner' ? owner : principal)),
  })
  return {
    ...policy,
    read: named(policy.read),
    inference: named<InferenceRule>(policy.inference),
    learning: named(policy.learning),
    share: named(policy.share),
  }
}

function strictestRule(rules: readonly UsageRule[]): UsageRule {
  const limits = rules.map(({ principals }) => new Set(principals)).filter(limit => !limit.has('anyone'))
  const [first] = limits
  const principals: UsagePrincipal[] =
    first === undefined ? ['anyone'] : [...first].filter(item => limits.every(limit => limit.has(item)))
  return { principals: principals.sort(), ...earliest(rules) }
}

function strictestPlaces(lists: readonly (readonly UsagePlace[] | undefined)[]): UsagePlace[] | undefined {
  const limits = lists.filter(list => list !== undefined)
  const [first] = limits
  return first?.filter(place => limits.every(limit => limit.includes(place))).sort()
}

/** All times are written the same way, so their texts sort as they do. */
function earliest(limits: readonly { until?: string }[]): { until?: string } {
  const [until] = limits.flatMap(limit => limit.until ?? []).sort()
  return until === undefined ? {} : { until }
}
