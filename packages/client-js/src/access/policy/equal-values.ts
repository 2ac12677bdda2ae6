import { type PolicyBudget, unitsPerName } from './policy-budget.ts'
import { isMap } from './selector.ts'

/**
 * Whether two JSON values are the same, all through. The order of members does not count; 1 and 1.0 are one number.
 * No deeper than the shallower of the two.
 */
export function equalValues(a: unknown, b: unknown, budget: PolicyBudget): boolean {
  budget.spend(1)
  if (a === b) return true
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((item, index) => equalValues(item, b[index], budget))
  }
  if (!isMap(a) || !isMap(b)) return false
  const names = Object.keys(a)
  const otherCount = Object.keys(b).length
  budget.spend(otherCount * unitsPerName)
  if (names.length !== otherCount) return false
  return names.every(name => Object.hasOwn(b, name) && equalValues(a[name], b[name], budget))
}
