import type { Group, GroupKeeper, GroupRelay, Identity, Store } from '../../../src/contracts/index.ts'
import { createIdentity, createVerifier } from '../../../src/identity/index.ts'
import { createGroupKeeper, type GroupKeeperOptions } from '../../../src/privacy/groups/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'

export const text = (value: string) => new TextEncoder().encode(value)
export const readText = ({ bytes }: { bytes: Uint8Array }) => new TextDecoder().decode(bytes)

export interface Person {
  identity: Identity
  store: Store
  keeper: GroupKeeper
}

/** Somebody with a keeper, at this relay. */
export async function person(relay: GroupRelay, options: Partial<GroupKeeperOptions> = {}): Promise<Person> {
  const identity = options.identity ?? (await createIdentity())
  const store = options.store ?? new MemoryStore()
  const keeper = await createGroupKeeper({ verifier: createVerifier(), ...options, identity, store, relay })
  return { identity, store, keeper }
}

export async function invitee({ identity, keeper }: Person) {
  return { did: identity.did, keyPackage: await keeper.createKeyPackage() }
}

/** A group of the first, with the others in it. */
export async function groupOf(first: Person, ...others: Person[]): Promise<Group[]> {
  const own = await first.keeper.create()
  if (others.length === 0) return [own]
  const invitation = await own.add(await Promise.all(others.map(invitee)))
  return [own, ...(await Promise.all(others.map(({ keeper }) => keeper.join(invitation))))]
}
