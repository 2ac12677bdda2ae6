/**
 * Who may use data for what: policies that the owner signs and copies carry; and groups whose members alone can read
 * what they share.
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
export * from './privacy/groups/index.ts'
export * from './privacy/usage-policy/index.ts'
