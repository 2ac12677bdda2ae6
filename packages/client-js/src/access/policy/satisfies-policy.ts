import type { CompiledPolicy, CompiledStatement } from './compile-policy.ts'
import { equalValues } from './equal-values.ts'
import { matchesLike } from './like.ts'
import type { PolicyBudget } from './policy-budget.ts'
import { resolveSelector, takeValues, unresolved } from './selector.ts'

/**
 * Whether every statement holds for a request's parameters.
 *
 * @throws {LumosError} `forbidden` when that costs more than `budget`
 * @see UCAN 1.0 Delegation, Policy
 */
export function satisfiesPolicy(policy: CompiledPolicy, params: unknown, budget: PolicyBudget): boolean {
  return policy.statements.every(statement => holds(statement, params, budget))
}

function holds(statement: CompiledStatement, value: unknown, budget: PolicyBudget): boolean {
  budget.spend(1)
  switch (statement.kind) {
    case 'not':
      return !holds(statement.statement, value, budget)
    case 'and':
      return statement.statements.every(inner => holds(inner, value, budget))
    case 'or':
      // The specification has an empty "or" hold, as an empty "and" does.
      return (
        statement.statements.length === 0 || statement.statements.some(inner => holds(inner, value, budget))
      )
  }
  const found = resolveSelector(statement.selector, value, budget)
  // What is not there meets no condition, a negated one neither.
  if (found === unresolved) return false
  switch (statement.kind) {
    case 'equal':
      return equalValues(statement.value, found, budget) !== statement.isNegated
    case 'compare':
      return typeof found === 'number' && compares(found, statement.operator, statement.value)
    case 'like':
      return typeof found === 'string' && matchesLike(statement.pattern, found, budget)
    case 'all':
    case 'any': {
      const values = takeValues(found, budget)
      if (values === unresolved) return false
      const holdsFor = (item: unknown) => holds(statement.statement, item, budget)
      return statement.kind === 'all' ? values.every(holdsFor) : values.some(holdsFor)
    }
  }
}

function compares(found: number, operator: '<' | '<=' | '>' | '>=', value: number): boolean {
  if (operator === '<') return found < value
  if (operator === '<=') return found <= value
  if (operator === '>') return found > value
  return found >= value
}
