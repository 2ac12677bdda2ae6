import { expect, it } from 'vitest'
import type { Group, GroupId, GroupRelay } from '../../../src/contracts/index.ts'
import { LumosError } from '../../../src/contracts/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { CrashingStore } from '../../../src/testing/crashing-store.ts'
import { MemoryGroupRelay } from '../../../src/testing/memory-group-relay.ts'
import { groupOf, invitee, type Person, person, readText, text } from './group-setup.ts'

interface Scene {
  relay: MemoryGroupRelay
  alice: Person
  carol: Person
  dave: Person
  groups: Group[]
}

async function setUp(): Promise<Scene> {
  const relay = new MemoryGroupRelay()
  const people = [await person(relay), await person(relay), await person(relay), await person(relay)]
  const [alice, bob, carol, dave] = people as [Person, Person, Person, Person]
  return { relay, alice, carol, dave, groups: await groupOf(alice, bob, carol) }
}

const changes: Record<string, (group: Group, scene: Scene) => Promise<unknown>> = {
  add: async (group, { dave }) => group.add([await invitee(dave)]),
  remove: (group, { carol }) => group.remove([carol.identity.did]),
  rotate: group => group.rotate(),
  leave: group => group.leave(),
}

/** Alice's keeper over a store that dies at one write, and how many writes it took if it lived. */
async function crashDuring(change: string, crashAtWrite: number, keepsLastWrite: boolean) {
  const scene = await setUp()
  const { relay, alice, groups } = scene
  const [{ groupId }, ofBob] = groups as [Group, Group]
  const crashing = new CrashingStore({ store: alice.store, crashAtWrite, keepsLastWrite })
  const { keeper } = await person(relay, { identity: alice.identity, store: crashing })
  const group = await keeper.open(groupId)
  const work = changes[change] as (typeof changes)[string]
  const outcome = await Promise.race([
    work(group, scene).then(() => 'done' as const),
    crashing.crashed.then(() => 'crashed' as const),
  ])
  const again = await person(relay, { identity: alice.identity, store: alice.store })
  return { outcome, group: await again.keeper.open(groupId), ofBob, scene }
}

it.each(Object.keys(changes))(
  'a crash at any write of %s loses no accepted change, and the group goes on',
  async change => {
    let crashes = 0
    for (let write = 1; ; write++) {
      const outcomes: string[] = []
      for (const keepsLastWrite of [false, true]) {
        const { outcome, group, ofBob } = await crashDuring(change, write, keepsLastWrite)
        outcomes.push(outcome)
        if (outcome === 'crashed') crashes++
        for (let round = 0; round < 3; round++) {
          await group.sync()
          await ofBob.sync()
        }
        expect(group.members).toEqual(
          ofBob.members.length === group.members.length ? ofBob.members : group.members,
        )
        if (group.status === 'removed') continue
        expect(group.epoch).toBe(ofBob.epoch)
        expect(group.members).toEqual(ofBob.members)
        expect(readText(await ofBob.open(await group.seal(text('on'), 'c'), 'c'))).toBe('on')
        expect(readText(await group.open(await ofBob.seal(text('we go'), 'c'), 'c'))).toBe('we go')
      }
      if (outcomes.every(outcome => outcome === 'done')) break
    }
    expect(crashes).toBeGreaterThan(2)
  },
)

/** Fails once: before the relay has the message, or after, when only its answer is lost. */
class FailingRelay implements GroupRelay {
  readonly #relay: GroupRelay
  failNext: 'before' | 'after' | undefined

  constructor(relay: GroupRelay) {
    this.#relay = relay
  }

  async append(groupId: GroupId, message: Uint8Array): Promise<number> {
    const when = this.failNext
    this.failNext = undefined
    if (when === 'before') throw new LumosError('connection-lost', 'The relay is gone.')
    const sequence = await this.#relay.append(groupId, message)
    if (when === 'after') throw new LumosError('connection-lost', 'The relay is gone.')
    return sequence
  }

  read(groupId: GroupId, options?: { after?: number; limit?: number }) {
    return this.#relay.read(groupId, options)
  }
}

it.each(['before', 'after'] as const)(
  'a change whose sending failed %s it arrived is finished later, once',
  async when => {
    const inner = new MemoryGroupRelay()
    const relay = new FailingRelay(inner)
    const [alice, bob] = [await person(relay), await person(inner)]
    const [ofAlice, ofBob] = (await groupOf(alice, bob)) as [Group, Group]
    relay.failNext = when
    await expect(ofAlice.rotate()).rejects.toMatchObject({ code: 'connection-lost', retryable: true })
    expect(ofAlice.epoch).toBe(1)
    await ofAlice.sync()
    await ofBob.sync()
    expect([ofAlice.epoch, ofBob.epoch]).toEqual([2, 2])
    expect(readText(await ofBob.open(await ofAlice.seal(text('x'), 'c'), 'c'))).toBe('x')
  },
)

it('a change that waited too long is made anew on top of what came first', async () => {
  const inner = new MemoryGroupRelay()
  const relay = new FailingRelay(inner)
  const [alice, bob, carol] = [await person(relay), await person(inner), await person(inner)]
  const [ofAlice, ofBob] = (await groupOf(alice, bob)) as [Group, Group]
  relay.failNext = 'before'
  await expect(ofAlice.rotate()).rejects.toMatchObject({ code: 'connection-lost' })
  await ofBob.rotate()
  await ofAlice.add([await invitee(carol)])
  await ofBob.sync()
  expect(ofBob).toMatchObject({ epoch: 3, members: ofAlice.members })
})

it('a relay that does not show what it took is given up on', async () => {
  const relay = new MemoryGroupRelay()
  const [alice] = [await person({ append: async () => 1, read: async () => [] })]
  const [group] = await groupOf(alice as Person)
  await expect(group?.rotate()).rejects.toMatchObject({ code: 'connection-lost', retryable: true })
  expect(await relay.read(group?.groupId as GroupId)).toEqual([])
})

it('what was kept under another key, or changed, is not opened', async () => {
  const relay = new MemoryGroupRelay()
  const newKey = () =>
    crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const storageKey = await newKey()
  const store = new MemoryStore()
  const { identity, keeper } = await person(relay, { store, storageKey })
  const { groupId } = await keeper.create()
  const refusal = { code: 'storage-failed', retryable: false }
  for (const options of [{ storageKey: await newKey() }, {}]) {
    const other = await person(relay, { identity, store, ...options })
    await expect(other.keeper.open(groupId)).rejects.toMatchObject(refusal)
  }
  const name = `group/${groupId}`
  const kept = (await store.get(name)) as { bytes: string }
  for (const value of [
    { ...kept, bytes: `A${kept.bytes.slice(1)}` },
    { protection: 'none', bytes: '' },
    'x',
    { bytes: 1 },
  ]) {
    await store.put(name, value)
    const again = await person(relay, { identity, store, storageKey })
    await expect(again.keeper.open(groupId)).rejects.toMatchObject(refusal)
  }
  // A protected record moved to another name is not taken for that one's.
  await store.put('group/other', kept)
  const again = await person(relay, { identity, store, storageKey })
  await expect(again.keeper.open('other' as GroupId)).rejects.toMatchObject(refusal)
})
