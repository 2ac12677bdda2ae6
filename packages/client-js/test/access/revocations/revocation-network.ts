import { expect } from 'vitest'
import {
  type Delegation,
  issueRevocation,
  nodeRevocationSource,
  RevocationSync,
  StoreRevocationList,
} from '../../../src/access/index.ts'
import { type Identity, LumosError } from '../../../src/contracts/index.ts'
import { createVerifier } from '../../../src/identity/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { Door, delegate, identityOf, outcomeOf, TestKeyDirectory } from '../access-setup.ts'

const intervalMs = 10_000
const maxStalenessMs = 60_000

/**
 * A node that owns data gives permission for it; others admit by that, and learn of its revocations over a network
 * that is cut, loses and is slow.
 */
interface Scene {
  clock: ManualClock
  random: SeededRandom
  /** Cut: nobody hears of the owner. */
  isCut: boolean
  lossRate: number
  owner: { identity: Identity; list: StoreRevocationList }
  hosts: Host[]
  /** Each with when it was revoked, if so. */
  grants: { chain: Delegation[]; holder: Identity; revokedAt?: number }[]
}

interface Host {
  door: Door
  sync: RevocationSync
}

async function createScene(clock: ManualClock, random: SeededRandom): Promise<Scene> {
  const people = await Promise.all(Array.from({ length: 6 }, (_, index) => identityOf(100 + index)))
  const [owner, middle, first, second, ...nodes] = people as [
    Identity,
    Identity,
    Identity,
    Identity,
    Identity,
    Identity,
  ]
  const list = await createList(clock)
  const scene: Scene = {
    clock,
    random,
    isCut: false,
    lossRate: 0,
    owner: { identity: owner, list },
    hosts: [],
    grants: [],
  }
  for (const node of nodes) scene.hosts.push(await createHost(scene, node))
  for (const holder of [first, second]) {
    const toMiddle = await delegate(owner, middle)
    scene.grants.push({ chain: [await delegate(owner, holder)], holder })
    scene.grants.push({ chain: [toMiddle, await delegate(middle, holder, { subject: owner.did })], holder })
  }
  return scene
}

async function createHost(scene: Scene, node: Identity): Promise<Host> {
  const own = await createList(scene.clock)
  const source = nodeRevocationSource({
    name: 'owner',
    pageSize: 2,
    list: async params => {
      if (scene.isCut || scene.random.next() < scene.lossRate)
        throw new LumosError('connection-lost', 'Cut off.')
      return { revocations: await scene.owner.list.list(params) }
    },
  })
  const { clock } = scene
  const sync = new RevocationSync({ list: own, sources: [{ source }], clock, intervalMs, maxStalenessMs })
  const door = new Door(node, { clock, revocations: own, freshness: sync, publicCommands: ['/thread'] })
  return { door, sync }
}

function createList(clock: ManualClock): Promise<StoreRevocationList> {
  const parts = { store: new MemoryStore(), keys: new TestKeyDirectory(), verifier: createVerifier(), clock }
  return StoreRevocationList.open(parts)
}

/** The owner takes a permission back, at its own node. */
async function revoke(scene: Scene, grant: Scene['grants'][number]): Promise<void> {
  const { identity, list } = scene.owner
  // The owner may take back any link of the chain, also one that somebody else passed on.
  await list.add(await issueRevocation(identity, scene.random.pick(grant.chain).cid))
  grant.revokedAt ??= scene.clock.now()
}

function ask(scene: Scene, host: Host, { chain, holder }: Scene['grants'][number]): Promise<string> {
  const subject = scene.owner.identity.did
  return outcomeOf(host.door.ask({ issuer: holder, scope: 'owner', subject, delegations: chain }))
}

/** How requests ended; `late`: admitted although revoked, within what is allowed. */
export type OutcomeCounts = Record<'admitted' | 'late' | 'refused' | 'unknown', number>

const settle = () => new Promise(resolve => setImmediate(resolve))

/** One run. Throws where somebody is admitted who may not be, or refused who may. */
export async function runScene(seed: number, counts: OutcomeCounts) {
  const random = new SeededRandom(seed)
  const scene = await createScene(new ManualClock(), random)
  const { clock, hosts, grants } = scene
  for (const { sync } of hosts) sync.start()
  await settle()
  for (let step = 0; step < 25; step++) {
    scene.isCut = random.next() < 0.15 ? !scene.isCut : scene.isCut
    scene.lossRate = random.pick([0, 0.3, 0.9])
    if (random.next() < 0.15) await revoke(scene, random.pick(grants))
    clock.advance(random.below(25_000))
    await settle()
    const grant = random.pick(grants)
    const outcome = await ask(scene, random.pick(hosts), grant)
    const sinceMs = grant.revokedAt === undefined ? undefined : clock.now() - grant.revokedAt
    const where = `seed ${seed}, step ${step}, revoked ${sinceMs} ms ago: ${outcome}`
    if (outcome === 'revocations-unknown') counts.unknown++
    else if (outcome === 'forbidden') {
      counts.refused++
      expect(sinceMs, where).toBeDefined()
    } else {
      expect(outcome, where).toBe('admitted')
      if (sinceMs === undefined) counts.admitted++
      else counts.late++
      expect(sinceMs ?? 0, where).toBeLessThanOrEqual(maxStalenessMs)
    }
  }
  scene.isCut = false
  scene.lossRate = 0
  clock.advance(intervalMs)
  await settle()
  for (const host of hosts) {
    for (const grant of grants) {
      const expected = grant.revokedAt === undefined ? 'admitted' : 'forbidden'
      expect(await ask(scene, host, grant), `seed ${seed}, healed`).toBe(expected)
    }
  }
  for (const { sync } of hosts) await sync.stop()
  expect(clock.timerCount, `seed ${seed}`).toBe(0)
}
