import type { Group, GroupKeeper, GroupRelay, Identity, Store } from '../contracts/index.ts'
import { createIdentity } from '../identity/index.ts'
import { MemoryStore } from '../stores/memory-store.ts'
import { MemoryGroupRelay } from './memory-group-relay.ts'

export interface GroupKeeperSuiteOptions {
  /** A keeper of this identity over this store: called again with the same parts, it goes on with what is kept. */
  create(parts: { identity: Identity; store: Store; relay: GroupRelay }): Promise<GroupKeeper>
}

/** Somebody with a keeper, who can restart it. */
export class GroupPerson {
  readonly identity: Identity
  readonly store = new MemoryStore()
  readonly #relay: GroupRelay
  readonly #create: GroupKeeperSuiteOptions['create']
  keeper!: GroupKeeper

  private constructor(identity: Identity, relay: GroupRelay, create: GroupKeeperSuiteOptions['create']) {
    this.identity = identity
    this.#relay = relay
    this.#create = create
  }

  static async create(relay: GroupRelay, create: GroupKeeperSuiteOptions['create']): Promise<GroupPerson> {
    const person = new GroupPerson(await createIdentity(), relay, create)
    await person.restart()
    return person
  }

  get did() {
    return this.identity.did
  }

  async restart(): Promise<void> {
    const { identity, store } = this
    this.keeper = await this.#create({ identity, store, relay: this.#relay })
  }

  async invitee() {
    return { did: this.did, keyPackage: await this.keeper.createKeyPackage() }
  }
}

/** Three people at one relay. */
export class GroupScene {
  readonly #options: GroupKeeperSuiteOptions
  relay!: MemoryGroupRelay
  alice!: GroupPerson
  bob!: GroupPerson
  carol!: GroupPerson

  constructor(options: GroupKeeperSuiteOptions) {
    this.#options = options
  }

  async prepare(): Promise<void> {
    this.relay = new MemoryGroupRelay()
    this.alice = await this.person()
    this.bob = await this.person()
    this.carol = await this.person()
  }

  person(): Promise<GroupPerson> {
    return GroupPerson.create(this.relay, this.#options.create)
  }

  /** A group of Alice's with Bob and Carol. */
  async group(): Promise<{ ofAlice: Group; ofBob: Group; ofCarol: Group }> {
    const ofAlice = await this.alice.keeper.create()
    const invitation = await ofAlice.add([await this.bob.invitee(), await this.carol.invitee()])
    const ofBob = await this.bob.keeper.join(invitation)
    const ofCarol = await this.carol.keeper.join(invitation)
    return { ofAlice, ofBob, ofCarol }
  }
}

export const text = (value: string) => new TextEncoder().encode(value)
export const readText = (value: { bytes: Uint8Array }) => new TextDecoder().decode(value.bytes)
