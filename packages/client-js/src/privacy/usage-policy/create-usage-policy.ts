import type { InferenceRule, UsagePolicy, UsagePrincipal, UsageRule } from '../../contracts/index.ts'
import { decodeUsagePolicy } from './decode-usage-policy.ts'

/** A policy in short: who is not mentioned may not, the owner always reads, and infers unless this says otherwise. */
export interface UsagePolicyInput {
  /** Beside the owner. @default nobody */
  read?: readonly UsagePrincipal[] | Partial<UsageRule>
  /** @default the owner, anywhere */
  inference?: readonly UsagePrincipal[] | Partial<InferenceRule>
  /** @default nobody */
  learning?: readonly UsagePrincipal[] | Partial<UsageRule>
  /** @default nobody */
  share?: readonly UsagePrincipal[] | Partial<UsageRule>
  /** ISO 8601, UTC: the data ends then. @default never */
  until?: string
}

/**
 * The whole policy that an input means.
 *
 * @throws {LumosError} `invalid-request` for a principal, place or time that is none
 */
export function createUsagePolicy(input: UsagePolicyInput = {}): UsagePolicy {
  const read = rule(input.read, [])
  return decodeUsagePolicy({
    read: { ...read, principals: ['owner', ...read.principals.filter(principal => principal !== 'owner')] },
    inference: rule(input.inference, ['owner']),
    learning: rule(input.learning, []),
    share: rule(input.share, []),
    ...(input.until !== undefined && { until: input.until }),
  })
}

/** Of data whose owner said nothing: the owner reads and infers, nobody learns or shares. */
export const defaultUsagePolicy: UsagePolicy = {
  read: { principals: ['owner'] },
  inference: { principals: ['owner'] },
  learning: { principals: [] },
  share: { principals: [] },
}

function rule(
  input: readonly UsagePrincipal[] | Partial<InferenceRule> | undefined,
  otherwise: readonly UsagePrincipal[],
): InferenceRule {
  if (input === undefined) return { principals: otherwise }
  if (Array.isArray(input)) return { principals: input }
  return { principals: otherwise, ...(input as Partial<InferenceRule>) }
}
