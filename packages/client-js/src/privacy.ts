/**
 * Who may use data for what: policies that the owner signs and copies carry.
 *
 * ```ts
 * import { createUsagePolicy, signUsagePolicy } from '@lomusai/client-js/privacy'
 *
 * const policy = createUsagePolicy({ read: ['did:web:example.com'], inference: { places: ['local'] } })
 * const signed = await signUsagePolicy(identity, { resource: { owner: identity.did, name: 'thread/holiday' }, policy })
 * ```
 *
 * @packageDocumentation
 */
export * from './privacy/usage-policy/index.ts'
