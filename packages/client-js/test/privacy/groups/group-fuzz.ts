import { expect } from 'vitest'
import { type Group, type GroupId, isLumosError, type Store } from '../../../src/contracts/index.ts'
import { createVerifier } from '../../../src/identity/index.ts'
import { decodeGroupRecord, encodeGroupRecord } from '../../../src/privacy/groups/group-record.ts'
import { decodeKeyPair } from '../../../src/privacy/groups/key-pair-record.ts'
import { createMls } from '../../../src/privacy/groups/mls-suite.ts'
import { takeIn } from '../../../src/privacy/groups/take-in.ts'
import {
  createUsagePolicy,
  decodeSignedUsagePolicy,
  decodeUsagePolicy,
  signUsagePolicy,
} from '../../../src/privacy/usage-policy/index.ts'
import { MemoryGroupRelay } from '../../../src/testing/memory-group-relay.ts'
import { byteMutations } from '../../fuzz/mutate-bytes.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { groupOf, invitee, type Person, person, text } from './group-setup.ts'

/** Reads hostile bytes; rejects with a LumosError or resolves, and changes nothing either way. */
export interface Target {
  name: string
  sample: Uint8Array
  read(bytes: Uint8Array): Promise<unknown>
  /** Everything that must stay as it is. */
  state(): Promise<string>
}

async function kept(...stores: Store[]): Promise<string> {
  const all: unknown[] = []
  for (const store of stores) for await (const entry of store.list({ prefix: '' })) all.push(entry)
  return JSON.stringify(all)
}

const nothing = async () => ''

/** Every reader of hostile bytes that groups and usage policies have. */
export async function fuzzTargets(): Promise<Target[]> {
  const relay = new MemoryGroupRelay()
  const people = [await person(relay), await person(relay), await person(relay), await person(relay)]
  const [alice, bob, carol, dave] = people as [Person, Person, Person, Person]
  const [ofAlice, ofBob] = (await groupOf(alice, bob)) as [Group, Group]
  const invitation = await ofAlice.add([await invitee(carol)])
  await ofBob.sync()
  const group = () => kept(alice.store, bob.store)
  const [ofDave] = (await groupOf(dave)) as [Group]
  const key = await invitee(carol)
  return [
    {
      name: 'a sealed message',
      sample: await ofBob.seal(text('words'), 'c'),
      read: bytes => ofAlice.open(bytes, 'c'),
      state: group,
    },
    {
      name: 'a history',
      sample: await ofBob.exportHistory(),
      read: bytes => ofAlice.importHistory(bytes),
      state: group,
    },
    {
      name: 'an invitation',
      sample: invitation,
      read: bytes => carol.keeper.join(bytes),
      state: () => kept(carol.store),
    },
    {
      name: 'a key package',
      sample: key.keyPackage,
      read: keyPackage => ofDave.add([{ did: key.did, keyPackage }]),
      state: () => kept(dave.store),
    },
    ...(await recordTargets(alice, bob, relay)),
    ...(await policyTargets(alice)),
  ]
}

async function recordTargets(alice: Person, bob: Person, relay: MemoryGroupRelay): Promise<Target[]> {
  const mls = await createMls({ identity: alice.identity, verifier: createVerifier() })
  const [groupId] = (await alice.keeper.list()) as [GroupId]
  const plain = async (name: string) => {
    const value = (await alice.store.get(name)) as { bytes: string }
    return Uint8Array.from(Buffer.from(value.bytes, 'base64url'))
  }
  const bytes = await plain(`group/${groupId}`)
  const record = decodeGroupRecord(bytes, mls)
  const before = Buffer.from(encodeGroupRecord(record)).toString('base64')
  const unchanged = async () => Buffer.from(encodeGroupRecord(record)).toString('base64')
  // A commit that Alice has not seen yet.
  await (await bob.keeper.open(groupId)).rotate()
  const commit = (await relay.read(groupId)).at(-1)?.message as Uint8Array
  await alice.keeper.createKeyPackage()
  const [pair] = await Promise.all([firstKept(alice.store, 'group-key-package/')])
  expect(await unchanged()).toBe(before)
  return [
    {
      name: 'a message of the relay',
      sample: commit,
      async read(message) {
        const taken = await takeIn(record, message, { mls, keepEpochs: 8 })
        if (Buffer.compare(message, commit) !== 0) expect(taken.kind).not.toBe('changed')
      },
      state: unchanged,
    },
    { name: 'a kept group', sample: bytes, read: async kept => decodeGroupRecord(kept, mls), state: nothing },
    {
      name: 'a kept key package',
      sample: await plain(pair),
      read: async kept => decodeKeyPair(kept),
      state: nothing,
    },
  ]
}

async function firstKept(store: Store, prefix: string): Promise<string> {
  for await (const { key } of store.list({ prefix })) return key
  throw new Error('nothing is kept')
}

async function policyTargets({ identity }: Person): Promise<Target[]> {
  const policy = createUsagePolicy({ read: ['anyone'], inference: { places: ['local'] } })
  const signed = await signUsagePolicy(identity, {
    resource: { owner: identity.did, name: 'thread/1' },
    policy,
  })
  const json = (bytes: Uint8Array) => {
    try {
      return JSON.parse(new TextDecoder().decode(bytes)) as unknown
    } catch {
      return undefined
    }
  }
  return [
    {
      name: 'a policy',
      sample: text(JSON.stringify(policy)),
      read: async bytes => decodeUsagePolicy(json(bytes)),
      state: nothing,
    },
    {
      name: 'a signed policy',
      sample: text(JSON.stringify(signed)),
      read: async bytes => decodeSignedUsagePolicy(json(bytes)),
      state: nothing,
    },
  ]
}

/** Counts crashes, slow answers and changes over `count` mutations of what is read. */
export async function fuzz(target: Target, count: number, seed: number) {
  const random = new SeededRandom(seed)
  const names = Object.keys(byteMutations)
  const before = await target.state()
  const outcome = { crashes: 0, hangs: 0, changes: 0, firstCrash: '' }
  for (let index = 0; index < count; index++) {
    const mutate = byteMutations[random.pick(names)] as (typeof byteMutations)[string]
    const bytes = mutate(target.sample, random)
    // A bit flipped twice is as it was.
    if (Buffer.compare(bytes, target.sample) === 0) continue
    const startedAt = performance.now()
    try {
      await target.read(bytes)
    } catch (error) {
      if (!isLumosError(error)) {
        outcome.crashes++
        outcome.firstCrash ||= String((error as Error).stack)
      }
    }
    if (performance.now() - startedAt > 5000) outcome.hangs++
    if (index % 500 === 499 && (await target.state()) !== before) outcome.changes++
  }
  if ((await target.state()) !== before) outcome.changes++
  return outcome
}
