import { beforeEach, describe, expect, it } from 'vitest'
import type {
  Clock,
  DataUse,
  GroupMembership,
  Identity,
  KeyDirectory,
  SignedUsagePolicy,
  UsagePolicies,
  UsageResource,
} from '../contracts/index.ts'
import { createIdentity } from '../identity/index.ts'
import { createUsagePolicy, signUsagePolicy, type UsagePolicyInput } from '../privacy/usage-policy/index.ts'
import { ManualClock } from './manual-clock.ts'

export interface UsagePoliciesSuiteOptions {
  /** Empty, with these directories and this clock. */
  create(parts: {
    clock: Clock
    keys: KeyDirectory
    groups: GroupMembership
  }): Promise<UsagePolicies> | UsagePolicies
}

const hourMs = 3_600_000

/** What every {@link UsagePolicies} must do. */
export function usagePoliciesSuite(name: string, options: UsagePoliciesSuiteOptions): void {
  describe(`${name} is UsagePolicies`, () => {
    const context = new SuiteContext(options)
    beforeEach(() => context.prepare())
    keeping(context)
    judging(context)
    deriving(context)
    ending(context)
  })
}

class SuiteContext {
  readonly #options: UsagePoliciesSuiteOptions
  alice!: Identity
  bob!: Identity
  clock!: ManualClock
  policies!: UsagePolicies
  thread!: UsageResource
  readonly organisation = 'did:web:example.com' as UsageResource['owner']

  constructor(options: UsagePoliciesSuiteOptions) {
    this.#options = options
  }

  async prepare(): Promise<void> {
    this.alice = await createIdentity()
    this.bob = await createIdentity()
    this.clock = new ManualClock()
    this.thread = { owner: this.alice.did, name: 'thread/one' }
    this.policies = await this.#options.create({
      clock: this.clock,
      keys: { keysOf: principal => (principal === this.organisation ? [this.bob.did] : []) },
      groups: { isMember: (groupId, principal) => groupId === 'team' && principal === this.bob.did },
    })
  }

  sign(input: UsagePolicyInput, version = 1, resource = this.thread): Promise<SignedUsagePolicy> {
    return signUsagePolicy(this.alice, {
      resource,
      policy: createUsagePolicy(input),
      version,
      clock: this.clock,
    })
  }

  async set(input: UsagePolicyInput, version = 1, resource = this.thread): Promise<SignedUsagePolicy> {
    return this.policies.put(await this.sign(input, version, resource))
  }

  bobMay(purpose: DataUse['purposes'][number], more: Partial<DataUse> = {}): Promise<boolean> {
    return this.policies.allows(this.thread, { principal: this.bob.did, purposes: [purpose], ...more })
  }

  aliceMay(purpose: DataUse['purposes'][number], more: Partial<DataUse> = {}): Promise<boolean> {
    return this.policies.allows(this.thread, { principal: this.alice.did, purposes: [purpose], ...more })
  }

  in(ms: number): string {
    return new Date(this.clock.now() + ms).toISOString()
  }
}

function keeping(context: SuiteContext): void {
  it('gives back what was put, and nothing for what was not', async () => {
    expect(await context.policies.get(context.thread)).toBeUndefined()
    const signed = await context.sign({ read: ['anyone'] })
    expect(await context.policies.put(signed)).toEqual(signed)
    expect(await context.policies.get(context.thread)).toEqual(signed)
    expect(await context.policies.list(context.alice.did)).toEqual([signed])
    expect(await context.policies.list(context.bob.did)).toEqual([])
  })

  it('lets a later version replace an earlier one, in whatever order they come', async () => {
    const first = await context.sign({ read: ['anyone'] }, 1)
    const tenth = await context.sign({}, 10)
    const ninth = await context.sign({ read: ['anyone'] }, 9)
    await context.policies.put(first)
    expect(await context.policies.put(tenth)).toEqual(tenth)
    expect(await context.policies.put(ninth)).toEqual(tenth)
    expect(await context.policies.put(first)).toEqual(tenth)
    expect(await context.policies.list(context.alice.did)).toEqual([tenth])
    expect(await context.bobMay('read')).toBe(false)
  })

  it('lets both of two policies of one version bind', async () => {
    await context.set({ read: [context.bob.did], share: [context.bob.did] }, 2)
    await context.set({ read: [context.bob.did], learning: ['anyone'] }, 2)
    expect(await context.bobMay('read')).toBe(true)
    expect(await context.bobMay('share')).toBe(false)
    expect(await context.bobMay('learning')).toBe(false)
    await context.set({ share: [context.bob.did] }, 3)
    expect(await context.bobMay('share')).toBe(true)
  })

  it('keeps at most eight policies of one version', async () => {
    for (let index = 0; index < 8; index++) await context.set({ read: [`group:${index}`] })
    const ninth = await context.sign({ read: ['group:9'] })
    await expect(context.policies.put(ninth)).rejects.toMatchObject({ code: 'conflict' })
    const known = await context.policies.get(context.thread)
    expect(await context.policies.put(known as SignedUsagePolicy)).toEqual(known)
  })

  it('refuses a policy that its owner did not sign', async () => {
    const signed = await context.sign({ read: ['anyone'] })
    const policy = createUsagePolicy({ read: ['anyone'] })
    const byBob = await signUsagePolicy(context.bob, { resource: context.thread, policy })
    const forged = { ...signed, version: 2 }
    for (const input of [byBob, forged, { ...signed, owner: context.bob.did, issuer: context.bob.did }]) {
      await expect(context.policies.put(input)).rejects.toMatchObject({ code: 'invalid-proof' })
    }
    expect(await context.policies.get(context.thread)).toBeUndefined()
  })

  it('accepts a policy of an organisation from a key that speaks for it, and from no other', async () => {
    const resource = { owner: context.organisation, name: 'thread/theirs' }
    const policy = createUsagePolicy()
    const byKey = await signUsagePolicy(context.bob, { resource, policy })
    const byStranger = await signUsagePolicy(context.alice, { resource, policy })
    expect(await context.policies.put(byKey)).toEqual(byKey)
    await expect(context.policies.put(byStranger)).rejects.toMatchObject({ code: 'invalid-proof' })
  })

  it('forgets what is gone', async () => {
    await context.set({ read: ['anyone'] })
    await context.policies.forget(context.thread)
    expect(await context.policies.get(context.thread)).toBeUndefined()
    expect(await context.bobMay('read')).toBe(false)
  })
}

function judging(context: SuiteContext): void {
  it('lets only the owner read and infer, and nobody learn or share, while nothing was set', async () => {
    expect(await context.aliceMay('read')).toBe(true)
    expect(await context.aliceMay('inference', { places: ['cloud'] })).toBe(true)
    expect(await context.aliceMay('learning')).toBe(false)
    expect(await context.aliceMay('share')).toBe(false)
    expect(await context.bobMay('read')).toBe(false)
    expect(await context.bobMay('inference')).toBe(false)
  })

  it('lets a delegation stand in for a policy that was never set, for reading and inferring only', async () => {
    const more = { isDelegate: true }
    expect(await context.bobMay('read', more)).toBe(true)
    expect(await context.bobMay('inference', more)).toBe(true)
    expect(await context.bobMay('learning', more)).toBe(false)
    expect(await context.bobMay('share', more)).toBe(false)
    await context.set({})
    expect(await context.bobMay('read', more)).toBe(false)
    expect(await context.bobMay('inference', more)).toBe(false)
  })

  it('knows members of groups and keys of organisations', async () => {
    await context.set({ read: ['group:team'], learning: ['group:others'], share: [context.organisation] })
    expect(await context.bobMay('read')).toBe(true)
    expect(await context.bobMay('learning')).toBe(false)
    expect(await context.bobMay('share')).toBe(true)
  })

  it('asks for every purpose and every place', async () => {
    await context.set({
      read: [context.bob.did],
      inference: { principals: [context.bob.did], places: ['local'] },
    })
    expect(await context.bobMay('inference', { places: ['local'] })).toBe(true)
    expect(await context.bobMay('inference', { places: ['local', 'cloud'] })).toBe(false)
    expect(await context.bobMay('inference')).toBe(false)
    const use = { principal: context.bob.did, purposes: ['read', 'share'] as const }
    expect(await context.policies.allows(context.thread, use)).toBe(false)
  })

  it('refuses with the purpose that is not allowed', async () => {
    const use = { principal: context.bob.did, purposes: ['learning'] as const }
    await expect(context.policies.require(context.thread, use)).rejects.toMatchObject({
      code: 'forbidden',
      details: { purpose: 'learning', resource: 'thread/one' },
    })
    await context.set({ learning: ['anyone'] })
    await context.policies.require(context.thread, use)
  })
}

function deriving(context: SuiteContext): void {
  it('binds derived data by what binds its sources', async () => {
    const note = { owner: context.alice.did, name: 'note/one' }
    await context.set({ read: [context.bob.did], share: ['anyone'] })
    await context.set({ read: ['anyone'] }, 1, note)
    await context.policies.derive(context.thread, [note])
    expect(await context.bobMay('read')).toBe(true)
    expect(await context.bobMay('share')).toBe(false)
    expect(await context.aliceMay('share')).toBe(false)
  })

  it('keeps others out of what was made of data its owner never opened', async () => {
    const foreign = { owner: context.bob.did, name: 'note/his' }
    await context.set({ read: ['anyone'] })
    await context.policies.derive(context.thread, [foreign])
    expect(await context.aliceMay('read')).toBe(false)
    expect(await context.bobMay('read')).toBe(true)
  })

  it('is not bound by own data that nobody spoke of', async () => {
    await context.set({ read: ['anyone'] })
    await context.policies.derive(context.thread, [{ owner: context.alice.did, name: 'note/quiet' }])
    await context.policies.derive(context.thread, [])
    expect(await context.bobMay('read')).toBe(true)
  })

  it('passes restrictions on through any number of derivations', async () => {
    await context.set({ read: ['anyone'] }, 1)
    for (let index = 0; index < 40; index++) {
      const note = { owner: context.alice.did, name: `note/${index}` }
      await context.set({ read: ['anyone'], share: [`group:${index}`] }, 1, note)
      await context.policies.derive(context.thread, [note])
    }
    const copy = { owner: context.alice.did, name: 'thread/copy' }
    await context.policies.derive(copy, [context.thread])
    const use = { principal: context.bob.did, isDelegate: true }
    expect(await context.policies.allows(copy, { ...use, purposes: ['read'] })).toBe(true)
    expect(await context.policies.allows(copy, { ...use, purposes: ['inference'] })).toBe(false)
  })
}

function ending(context: SuiteContext): void {
  it('ends a permission at its time, and the data at its own', async () => {
    const read = { principals: [context.bob.did], until: context.in(hourMs) }
    await context.set({ read, until: context.in(2 * hourMs) })
    context.clock.advance(hourMs - 1)
    expect(await context.bobMay('read')).toBe(true)
    context.clock.advance(1)
    expect(await context.bobMay('read')).toBe(false)
    expect(await context.aliceMay('inference')).toBe(true)
    context.clock.advance(hourMs)
    const use = { principal: context.alice.did, purposes: ['read'] as const }
    expect(await context.policies.allows(context.thread, use)).toBe(false)
    await expect(context.policies.require(context.thread, use)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('sweeps what has ended, once, and nothing else', async () => {
    const later = { owner: context.alice.did, name: 'thread/later' }
    const extended = { owner: context.alice.did, name: 'thread/extended' }
    const derived = { owner: context.bob.did, name: 'note/derived' }
    await context.set({ until: context.in(hourMs) })
    await context.set({ until: context.in(3 * hourMs) }, 1, later)
    await context.set({ until: context.in(hourMs) }, 1, extended)
    await context.set({ until: context.in(5 * hourMs) }, 2, extended)
    await context.policies.derive(derived, [context.thread])
    const removed: string[] = []
    const remove = async ({ name }: UsageResource) => void removed.push(name)
    expect(await context.policies.sweep(remove)).toBe(0)
    context.clock.advance(hourMs)
    expect(await context.policies.sweep(remove)).toBe(2)
    expect(removed.sort()).toEqual(['note/derived', 'thread/one'])
    expect(await context.policies.sweep(remove)).toBe(0)
    expect(await context.policies.get(context.thread)).toBeUndefined()
    expect(await context.policies.get(extended)).toBeDefined()
    context.clock.advance(2 * hourMs)
    expect(await context.policies.sweep(remove)).toBe(1)
  })

  it('sweeps again what could not be removed', async () => {
    await context.set({ until: context.in(hourMs) })
    context.clock.advance(hourMs)
    const failing = () => Promise.reject(new Error('disk'))
    await expect(context.policies.sweep(failing)).rejects.toThrow('disk')
    expect(await context.policies.sweep(async () => {})).toBe(1)
  })
}
