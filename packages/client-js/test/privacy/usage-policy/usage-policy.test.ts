import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type {
  PrincipalDid,
  UsagePlace,
  UsagePolicy,
  UsagePrincipal,
  UsagePurpose,
} from '../../../src/contracts/index.ts'
import {
  allowsUsage,
  createUsagePolicy,
  decodeUsagePolicy,
  defaultUsagePolicy,
  mergeUsage,
} from '../../../src/privacy/usage-policy/index.ts'

const people = ['did:web:a.example', 'did:web:b.example', 'did:web:c.example'] as PrincipalDid[]
const [alice, bob] = people as [PrincipalDid, PrincipalDid]
const places = ['local', 'cloud', 'peer'] as UsagePlace[]
const purposes = ['read', 'inference', 'learning', 'share'] as UsagePurpose[]
const times = [1000, 2000, 3000]
const at = (ms: number) => new Date(ms).toISOString()

const anyUntil = fc.option(fc.constantFrom(...times), { nil: undefined })
const anyRule = fc.record({
  principals: fc.uniqueArray(fc.constantFrom<UsagePrincipal>('anyone', 'owner', 'group:team', ...people)),
  until: anyUntil,
  places: fc.option(fc.uniqueArray(fc.constantFrom(...places)), { nil: undefined }),
})
const anyPolicy = fc
  .record({ read: anyRule, inference: anyRule, learning: anyRule, share: anyRule, until: anyUntil })
  .map(({ until, ...rules }) => {
    const limit = (ms: number | undefined) => (ms === undefined ? {} : { until: at(ms) })
    const entries = Object.entries(rules).map(([purpose, rule]) => {
      const where = purpose === 'inference' && rule.places !== undefined ? { places: rule.places } : {}
      return [purpose, { principals: rule.principals, ...limit(rule.until), ...where }]
    })
    return { ...Object.fromEntries(entries), ...limit(until) } as UsagePolicy
  })
const anySource = fc.record({ owner: fc.constantFrom(...people), policy: anyPolicy })
const anyQuestion = fc.record({
  purpose: fc.constantFrom(...purposes),
  principal: fc.constantFrom(...people),
  now: fc.constantFrom(0, 999, 1000, 1999, 2000, 5000),
  places: fc.uniqueArray(fc.constantFrom(...places), { minLength: 1 }),
  memberships: fc.constantFrom(new Set<UsagePrincipal>(), new Set<UsagePrincipal>(['group:team'])),
})

describe('allowsUsage', () => {
  const policy = createUsagePolicy({
    read: ['group:team'],
    inference: { principals: ['owner', bob], places: ['local', 'peer'], until: at(1000) },
    share: ['anyone'],
    until: at(5000),
  })
  const question = { purpose: 'read', principal: alice, owner: alice, now: 0 } as const

  it('lets the owner read what others may read too', () => {
    expect(allowsUsage(policy, question)).toBe(true)
    expect(allowsUsage(policy, { ...question, principal: bob })).toBe(false)
    const memberships = new Set<UsagePrincipal>(['group:team'])
    expect(allowsUsage(policy, { ...question, principal: bob, memberships })).toBe(true)
  })

  it('allows inference only at listed places, all of them, until its time', () => {
    const infer = { ...question, purpose: 'inference', principal: bob } as const
    expect(allowsUsage(policy, { ...infer, places: ['peer'] })).toBe(true)
    expect(allowsUsage(policy, { ...infer, places: ['peer', 'local'] })).toBe(true)
    expect(allowsUsage(policy, { ...infer, places: ['peer', 'cloud'] })).toBe(false)
    expect(allowsUsage(policy, { ...infer, places: [] })).toBe(false)
    expect(allowsUsage(policy, infer)).toBe(false)
    expect(allowsUsage(policy, { ...infer, places: ['peer'], now: 999 })).toBe(true)
    expect(allowsUsage(policy, { ...infer, places: ['peer'], now: 1000 })).toBe(false)
  })

  it('asks for places in questions of inference alone, and only where the rule names them', () => {
    const rule = { principals: ['anyone'] as const, places: ['local'] as const }
    const everywhere = { ...defaultUsagePolicy, read: rule, inference: { principals: ['anyone'] as const } }
    expect(allowsUsage(everywhere, { ...question, places: ['cloud'] })).toBe(true)
    expect(allowsUsage(everywhere, { ...question, purpose: 'inference', places: ['cloud'] })).toBe(true)
    expect(allowsUsage(everywhere, { ...question, purpose: 'inference' })).toBe(true)
    const nowhere = { ...defaultUsagePolicy, inference: { principals: ['anyone'] as const, places: [] } }
    expect(allowsUsage(nowhere, { ...question, purpose: 'inference', places: ['local'] })).toBe(false)
  })

  it('means everybody by anyone, and nobody once the data has ended', () => {
    const share = { ...question, purpose: 'share', principal: bob } as const
    expect(allowsUsage(policy, { ...share, now: 4999 })).toBe(true)
    expect(allowsUsage(policy, { ...share, now: 5000 })).toBe(false)
    expect(allowsUsage(policy, { ...question, now: 5000 })).toBe(false)
  })

  it('lets nobody learn or share by default', () => {
    expect(createUsagePolicy()).toEqual(defaultUsagePolicy)
    for (const purpose of ['learning', 'share'] as const) {
      expect(allowsUsage(defaultUsagePolicy, { ...question, purpose })).toBe(false)
    }
  })
})

describe('mergeUsage', () => {
  it('allows nothing that one of the sources forbids, 5,000 random times', () => {
    const property = fc.property(
      fc.array(anySource, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...people),
      anyQuestion,
      (sources, owner, question) => {
        if (!allowsUsage(mergeUsage(sources), { ...question, owner })) return true
        return sources.every(source => allowsUsage(source.policy, { ...question, owner: source.owner }))
      },
    )
    fc.assert(property, { numRuns: 5000 })
  })

  it('allows what every source allows, where no group stands against a name, 5,000 random times', () => {
    const named = anySource.map(({ owner, policy }) => ({ owner, policy: withoutGroups(policy) }))
    const property = fc.property(
      fc.array(named, { minLength: 1, maxLength: 3 }),
      anyQuestion,
      (sources, question) => {
        const isAllowed = sources.every(({ policy, owner }) => allowsUsage(policy, { ...question, owner }))
        expect(allowsUsage(mergeUsage(sources), { ...question, owner: alice })).toBe(isAllowed)
      },
    )
    fc.assert(property, { numRuns: 5000 })
  })

  it('gives the same whatever the order, and however often a source is named', () => {
    const property = fc.property(anySource, anySource, anySource, (a, b, c) => {
      const merged = mergeUsage([a, b, c])
      expect(mergeUsage([c, b, a, b])).toEqual(merged)
      expect(mergeUsage([{ owner: alice, policy: mergeUsage([a, b]) }, c])).toEqual(merged)
      expect(decodeUsagePolicy(merged)).toEqual(merged)
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('needs a source', () => {
    expect(() => mergeUsage([])).toThrow(expect.objectContaining({ code: 'invalid-request' }))
  })
})

describe('createUsagePolicy', () => {
  it('keeps the owner among the readers, once', () => {
    expect(createUsagePolicy({ read: [bob, 'owner'] }).read.principals).toEqual(['owner', bob])
    expect(createUsagePolicy({ read: { until: at(1000) } }).read).toEqual({
      principals: ['owner'],
      until: at(1000),
    })
  })

  it('lets the owner keep inference at home in three words', () => {
    expect(createUsagePolicy({ inference: { places: ['local'] } }).inference).toEqual({
      principals: ['owner'],
      places: ['local'],
    })
  })

  it('lets the owner forbid inference, also to itself', () => {
    expect(createUsagePolicy({ inference: [] }).inference.principals).toEqual([])
  })
})

function withoutGroups(policy: UsagePolicy): UsagePolicy {
  const rules = purposes.map(purpose => {
    const principals = policy[purpose].principals.filter(principal => !principal.startsWith('group:'))
    return [purpose, { ...policy[purpose], principals }]
  })
  return { ...policy, ...Object.fromEntries(rules) }
}
