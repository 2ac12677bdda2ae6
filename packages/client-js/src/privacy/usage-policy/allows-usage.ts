import type {
  InferenceRule,
  PrincipalDid,
  UsagePlace,
  UsagePolicy,
  UsagePrincipal,
  UsagePurpose,
  UsageRule,
} from '../../contracts/index.ts'

export interface UsageQuestion {
  purpose: UsagePurpose
  principal: PrincipalDid
  /** Whom the policy calls `owner`. */
  owner: PrincipalDid
  /** Milliseconds since 1970, UTC. */
  now: number
  /** Of inference: everywhere the data would go. Absent: unknown, which no list of places allows. */
  places?: readonly UsagePlace[]
  /** What else the principal goes by: its groups, and principals it speaks for. */
  memberships?: ReadonlySet<UsagePrincipal>
}

/** Whether a policy allows a use. Pure: the same question always has the same answer. */
export function allowsUsage(policy: UsagePolicy, question: UsageQuestion): boolean {
  const { purpose, now } = question
  const rule = policy[purpose]
  if (hasEnded(policy, now) || hasEnded(rule, now)) return false
  return rule.principals.some(principal => isMeant(principal, question)) && isAllowedPlace(rule, question)
}

/** From its `until` on, to the millisecond. */
export function hasEnded(limit: { until?: string }, now: number): boolean {
  return limit.until !== undefined && now >= Date.parse(limit.until)
}

function isMeant(listed: UsagePrincipal, { principal, owner, memberships }: UsageQuestion): boolean {
  if (listed === 'anyone') return true
  const meant = listed === 'owner' ? owner : listed
  return meant === principal || memberships?.has(meant) === true
}

function isAllowedPlace(rule: UsageRule | InferenceRule, question: UsageQuestion): boolean {
  if (question.purpose !== 'inference' || !('places' in rule) || rule.places === undefined) return true
  const { places = [] } = question
  const allowed = rule.places
  return places.length > 0 && places.every(place => allowed.includes(place))
}
