export { type CompiledPolicy, compilePolicy } from './compile-policy.ts'
export { createPolicyBudget, type PolicyBudget } from './policy-budget.ts'
export { satisfiesPolicy } from './satisfies-policy.ts'
