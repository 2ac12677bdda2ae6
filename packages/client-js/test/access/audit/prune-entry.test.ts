import { describe, expect, it } from 'vitest'
import { prunedBy, pruneEvent } from '../../../src/access/audit/prune-entry.ts'
import { createAuditLog } from '../../../src/access.ts'
import type { AuditEntry, Did, JsonObject, NodeId } from '../../../src/contracts/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { auditEvent } from '../../../src/testing/audit-log-suite.ts'

const nodeId = 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH' as NodeId
const stranger = 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' as Did
const entry = (change: object = {}): AuditEntry => ({
  ...pruneEvent(nodeId, '2026-01-01T00:00:00.000Z', 7),
  index: 9,
  ...change,
})

describe('an entry that says what the log let go', () => {
  it('rests on no permission of anybody, and is in the name of the node', () => {
    expect(entry()).toMatchObject({ issuer: nodeId, subject: nodeId, delegations: [], outcome: 'admitted' })
    expect(prunedBy(entry(), nodeId)).toBe(7)
  })

  it('lets go of nothing that comes after it', () => {
    expect(prunedBy(entry({ index: 5 }), nodeId)).toBe(5)
  })

  it.each<[string, object]>([
    ['of another command', { command: '/thread/get' }],
    ['of another issuer', { issuer: stranger }],
    ['of text', { resource: { before: '7' } }],
    ['without a place', { resource: {} }],
    ['without a resource', { resource: undefined }],
  ])('is none %s', (_what, change) => {
    expect(prunedBy(entry(change), nodeId)).toBe(0)
  })

  it('is not made by whoever asks for a resource of that name', async () => {
    const [store, identity] = [new MemoryStore(), await createIdentity()]
    const log = createAuditLog({ store, identity })
    for (let number = 0; number < 4; number++) {
      await log.append({ ...auditEvent(number), issuer: identity.did, resource: { before: 3 } })
    }
    await log.stop()
    expect((await createAuditLog({ store, identity }).head()).treeSize).toBe(4)
    const key = `audit/${identity.did}/leaf/${'0'.repeat(16)}`
    const { hashes } = (await store.get(key)) as JsonObject
    await store.put(key, { hashes } as JsonObject)
    await expect(createAuditLog({ store, identity }).head()).rejects.toMatchObject({ code: 'storage-failed' })
  })
})
