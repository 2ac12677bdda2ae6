/**
 * Who may do what on a node and with whose data, as signed delegations that anybody can check (UCAN 1.0), and the
 * proof of what was done.
 *
 * ```ts
 * import { createAccessControl, createAuditLog, GrantIndex, issueDelegation } from '@lomusai/client-js/access'
 *
 * const grants = new GrantIndex()
 * const forAnna = await issueDelegation(identity, {
 *   audience: anna,
 *   subject: identity.did,
 *   command: '/thread',
 *   expiresAt: null,
 * })
 * grants.add(forAnna)
 * const authorizer = createAccessControl({ nodeId: identity.did, grants, verifier, keys, clock, revocations })
 * const audit = createAuditLog({ store, identity })
 * const host = createHost({ identity, store, authorizer, audit, threads, models })
 * ```
 *
 * @packageDocumentation
 */
export * from './access/audit/index.ts'
export * from './access/index.ts'
