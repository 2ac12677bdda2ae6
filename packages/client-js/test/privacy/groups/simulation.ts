import { expect } from 'vitest'
import {
  type Group,
  type GroupId,
  type GroupRelay,
  isLumosError,
  LumosError,
} from '../../../src/contracts/index.ts'
import { MemoryGroupRelay } from '../../../src/testing/memory-group-relay.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { groupOf, invitee, type Person, person, readText, text } from './group-setup.ts'

/** One person's view of a relay: late, twice, out of order, and sometimes gone. */
class UnsteadyRelay implements GroupRelay {
  readonly #relay: GroupRelay
  readonly #random: SeededRandom
  isCalm = true

  constructor(relay: GroupRelay, random: SeededRandom) {
    this.#relay = relay
    this.#random = random
  }

  async append(groupId: GroupId, message: Uint8Array): Promise<number> {
    const chance = this.isCalm ? 1 : this.#random.next()
    if (chance < 0.05) throw lost()
    const sequence = await this.#relay.append(groupId, message)
    if (chance < 0.1) throw lost()
    return sequence
  }

  async read(groupId: GroupId, options?: { after?: number; limit?: number }) {
    const entries = await this.#relay.read(groupId, options)
    if (this.isCalm) return entries
    if (this.#random.next() < 0.05) throw lost()
    const shown = entries.filter(() => this.#random.next() < 0.8)
    const repeated = shown.filter(() => this.#random.next() < 0.2)
    return [...shown, ...repeated].sort(() => this.#random.next() - 0.5)
  }
}

function lost(): LumosError {
  return new LumosError('connection-lost', 'The relay is gone.')
}

interface Actor {
  name: string
  who: Person
  relay: UnsteadyRelay
  group: Group | undefined
  /** The epochs in which this person was in the group, and was told so: open-ended for the last. */
  stays: { from: number; to: number }[]
}

interface Said {
  sealed: Uint8Array
  words: string
  epoch: number
}

/** What may go wrong for a member who acts on what it knows so far. */
const expectedFailures = ['connection-lost', 'conflict', 'forbidden', 'invalid-request', 'not-found']

/** People who come, go, rotate, talk and restart, over a relay that nobody can rely on. */
export async function simulateGroup(
  seed: number,
  options: { steps: number; people?: number },
): Promise<{ epochs: number; said: number }> {
  const { steps, people = 5 } = options
  const random = new SeededRandom(seed)
  const steady = new MemoryGroupRelay()
  const actors: Actor[] = []
  for (let index = 0; index < people; index++) {
    const name = `person ${index}`
    const relay = new UnsteadyRelay(steady, random)
    actors.push({
      name,
      relay,
      who: await person(relay, { keepEpochs: 10_000 }),
      group: undefined,
      stays: [],
    })
  }
  const groups = await groupOf(...(actors.map(({ who }) => who) as [Person]))
  for (const [index, actor] of actors.entries()) {
    actor.group = groups[index]
    actor.stays.push({ from: index === 0 ? 0 : 1, to: Number.POSITIVE_INFINITY })
    actor.relay.isCalm = false
  }
  const { groupId } = groups[0] as Group
  const said: Said[] = []
  for (let step = 0; step < steps; step++)
    await act(random.pick(actors), { actors, random, said, groupId, relay: steady })
  for (const { relay } of actors) relay.isCalm = true
  for (let round = 0; round < 4; round++) for (const { group } of actors) await group?.sync()
  const members = actors.filter(({ group }) => group?.status === 'member')
  await agree(members)
  await everybodyOpensTheirs(actors, said, random)
  return { epochs: Math.max(...members.map(({ group }) => group?.epoch ?? 0)), said: said.length }
}

interface World {
  actors: Actor[]
  random: SeededRandom
  said: Said[]
  groupId: GroupId
  relay: GroupRelay
}

async function act(actor: Actor, world: World): Promise<void> {
  const { random, groupId } = world
  const { group, who } = actor
  const chance = random.next()
  if (chance < 0.08) {
    // A crash, and a new process.
    actor.who = await person(actor.relay, { identity: who.identity, store: who.store, keepEpochs: 10_000 })
    if (group !== undefined) actor.group = await actor.who.keeper.open(groupId)
    return
  }
  if (chance < 0.12) return void (await world.relay.append(groupId, random.bytes(random.below(200))))
  if (group === undefined) return
  try {
    await actAsMember(actor as Actor & { group: Group }, world)
  } catch (error) {
    if (!isLumosError(error) || !expectedFailures.includes(error.code)) throw error
  }
}

async function actAsMember({ group, who }: Actor & { group: Group }, { actors, random, said }: World) {
  const chance = random.next()
  const other = random.pick(actors)
  if (chance < 0.25) return group.sync()
  if (chance < 0.4) return group.rotate()
  if (chance < 0.45) return group.members.length > 2 ? group.leave() : undefined
  if (chance < 0.55) return other.who === who ? undefined : group.remove([other.who.identity.did])
  if (chance < 0.75) {
    const isFree = other.group === undefined || other.group.status === 'removed'
    if (other.who === who || !isFree) return
    const invitation = await group.add([await invitee(other.who)])
    endStay(other)
    other.group = await other.who.keeper.join(invitation)
    other.stays.push({ from: other.group.epoch, to: Number.POSITIVE_INFINITY })
    return
  }
  const words = `word ${said.length}`
  const { epoch } = group
  said.push({ sealed: await group.seal(text(words), 'talk'), words, epoch })
}

/** A removed member's epoch is the last one it was in. */
function endStay({ group, stays }: Actor): void {
  const last = stays.at(-1)
  if (last !== undefined && group?.status === 'removed') last.to = group.epoch
}

/** Same epoch, same members, and each opens what any other seals now. */
async function agree(members: Actor[]): Promise<void> {
  const [first] = members
  for (const { group, name } of members) {
    expect({ name, epoch: group?.epoch, members: group?.members }).toEqual({
      name,
      epoch: first?.group?.epoch,
      members: first?.group?.members,
    })
    const sealed = await group?.seal(text(name), 'end')
    for (const reader of members) {
      const opened = await reader.group?.open(sealed as Uint8Array, 'end')
      expect(readText(opened as { bytes: Uint8Array })).toBe(name)
    }
  }
}

/** In any order, some twice: who was in the group when it was said opens it, and nobody else. */
async function everybodyOpensTheirs(actors: Actor[], said: Said[], random: SeededRandom): Promise<void> {
  const delivered = [...said, ...said.filter(() => random.next() < 0.3)].sort(() => random.next() - 0.5)
  for (const actor of actors) {
    endStay(actor)
    const { group, name, stays } = actor
    for (const { sealed, words, epoch } of delivered) {
      const isMeant = stays.some(({ from, to }) => from <= epoch && epoch <= to)
      const result = await group?.open(sealed, 'talk').then(readText, error => (error as LumosError).code)
      const expected = group === undefined ? undefined : isMeant ? words : 'not-found'
      expect({ name, epoch, result }).toEqual({ name, epoch, result: expected })
    }
  }
}
