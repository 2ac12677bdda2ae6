export { type AdaptivePolicyOptions, createAdaptivePolicy } from './create-adaptive-policy.ts'
