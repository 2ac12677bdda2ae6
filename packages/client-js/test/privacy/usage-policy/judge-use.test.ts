import { describe, expect, it } from 'vitest'
import type { Did, PrincipalDid } from '../../../src/contracts/index.ts'
import { createUsagePolicy } from '../../../src/privacy/usage-policy/index.ts'
import { judgeUse } from '../../../src/privacy/usage-policy/judge-use.ts'

const owner = 'did:web:owner.example' as PrincipalDid
const key = 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH' as Did
const read = { principal: key as PrincipalDid, purposes: ['read'] as const }
const binding = (...policies: ReturnType<typeof createUsagePolicy>[]) => ({
  owner,
  signed: policies.map(policy => ({ owner, policy })),
  derived: [],
})

describe('judgeUse', () => {
  it('knows the owner by a key that speaks for it', async () => {
    const keys = { keysOf: async (did: PrincipalDid) => (did === owner ? [key] : []) }
    expect(await judgeUse(binding(createUsagePolicy()), read, { now: 0, keys })).toBeUndefined()
    expect(await judgeUse(binding(), read, { now: 0, keys })).toBeUndefined()
    expect(await judgeUse(binding(), read, { now: 0 })).toBe('read')
  })

  it('goes on without a directory that cannot answer, and asks the others', async () => {
    const policy = createUsagePolicy({ read: ['did:web:down.example', 'group:team'] })
    const keys = {
      keysOf: async (): Promise<Did[]> => {
        throw new Error('unreachable')
      },
    }
    const groups = { isMember: (groupId: string) => groupId === 'team' }
    expect(await judgeUse(binding(policy), read, { now: 0, keys, groups })).toBeUndefined()
    expect(await judgeUse(binding(policy), read, { now: 0, keys })).toBe('read')
  })

  it('never asks a directory for a did:key, nor anybody when nobody need be asked', async () => {
    const asked: string[] = []
    const keys = {
      keysOf: async (did: PrincipalDid): Promise<Did[]> => {
        asked.push(did)
        return []
      },
    }
    const other = 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' as PrincipalDid
    await judgeUse(binding(createUsagePolicy({ read: [other, 'anyone'] })), read, { now: 0, keys })
    expect(asked).toEqual([])
    await judgeUse(binding(createUsagePolicy({ read: [other] })), read, { now: 0, keys })
    expect(asked).toEqual([owner])
  })

  it('needs every policy that binds', async () => {
    const open = createUsagePolicy({ read: ['anyone'] })
    const team = createUsagePolicy({ read: ['group:team'] })
    const others = createUsagePolicy({ read: ['group:others'] })
    const groups = { isMember: (groupId: string) => groupId === 'team' }
    expect(await judgeUse(binding(open, team), read, { now: 0, groups })).toBeUndefined()
    expect(await judgeUse(binding(team, others), read, { now: 0, groups })).toBe('read')
    expect(await judgeUse(binding(open, others), read, { now: 0, groups })).toBe('read')
  })

  it('names the first purpose that is refused, after those that are allowed', async () => {
    const policy = createUsagePolicy({ read: ['anyone'] })
    const use = { principal: key as PrincipalDid, purposes: ['read', 'share', 'learning'] as const }
    expect(await judgeUse(binding(policy), use, { now: 0 })).toBe('share')
    expect(await judgeUse(binding(policy), { ...use, purposes: [] }, { now: 0 })).toBeUndefined()
  })

  it('stops asking when nobody waits any more', async () => {
    const controller = new AbortController()
    const keys = {
      keysOf: async (): Promise<Did[]> => {
        controller.abort(new Error('gone'))
        throw new Error('aborted')
      },
    }
    const judged = judgeUse(binding(createUsagePolicy()), read, { now: 0, keys, signal: controller.signal })
    await expect(judged).rejects.toThrow('aborted')
    const aborted = AbortSignal.abort(new Error('gone before'))
    await expect(judgeUse(binding(), read, { now: 0, keys, signal: aborted })).rejects.toThrow('gone before')
  })
})
