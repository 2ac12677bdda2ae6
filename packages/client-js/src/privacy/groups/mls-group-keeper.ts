import { type ClientState, createGroup } from 'ts-mls/clientState.js'
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js'
import type { Welcome } from 'ts-mls/welcome.js'
import {
  type AbortOptions,
  type Group,
  type GroupId,
  type GroupKeeper,
  isLumosError,
  LumosError,
  type PrincipalDid,
} from '../../contracts/index.ts'
import { base64url, createSystemClock, KeyedLock } from '../../core/index.ts'
import { type EpochKey, epochOf, exportEpochKey, mergeEpochKeys } from './epoch-keys.ts'
import type { GroupKeeperOptions } from './group-keeper-options.ts'
import { decodeGroupRecord, encodeGroupRecord, type GroupRecord } from './group-record.ts'
import { GroupSession, groupKey } from './group-session.ts'
import { decodeInvitation, verifyInvitation } from './invitation.ts'
import { joinByWelcome } from './join-by-welcome.ts'
import { createKeyPackage, encodeKeyPackage } from './key-package.ts'
import { decodeKeyPair, encodeKeyPair, type KeyPair } from './key-pair-record.ts'
import { unbound } from './member-credential.ts'
import { MlsGroup } from './mls-group.ts'
import { createMls, type Mls } from './mls-suite.ts'
import { StateVault } from './state-vault.ts'
import { isRemoved } from './take-in.ts'

const keyPackagePrefix = 'group-key-package/'
const groupPrefix = 'group/'
const defaultKeepEpochs = 64

/** @see GroupKeeper */
export class MlsGroupKeeper implements GroupKeeper {
  readonly #options: GroupKeeperOptions
  readonly #mls: Mls
  readonly #vault: StateVault
  readonly #groups = new Map<GroupId, MlsGroup>()
  readonly #lock = new KeyedLock()

  private constructor(options: GroupKeeperOptions, mls: Mls) {
    this.#options = options
    this.#mls = mls
    this.#vault = new StateVault(options.store, options.storageKey)
  }

  static async open(options: GroupKeeperOptions): Promise<GroupKeeper> {
    return new MlsGroupKeeper(options, await createMls(options))
  }

  async create(options?: AbortOptions): Promise<Group> {
    const { publicPackage, privatePackage } = await this.#createKeyPackage()
    const { suite, config } = this.#mls
    const id = crypto.getRandomValues(new Uint8Array(16))
    const state = await createGroup(id, publicPackage, privatePackage, [], suite, config)
    return this.#begin(state, 0, options)
  }

  async createKeyPackage(options?: AbortOptions): Promise<Uint8Array> {
    const { publicPackage, privatePackage } = await this.#createKeyPackage()
    const reference = await makeKeyPackageRef(publicPackage, this.#mls.suite.hash)
    const bytes = encodeKeyPackage(publicPackage)
    const name = `${keyPackagePrefix}${base64url.encode(reference)}`
    await this.#vault.put(name, encodeKeyPair({ keyPackage: bytes, privatePackage }), options)
    return bytes
  }

  async join(invitation: Uint8Array, options: AbortOptions & { replace?: boolean } = {}): Promise<Group> {
    const decoded = decodeInvitation(invitation)
    const { sequence, welcome } = decoded
    const { name, pair } = await this.#invited(welcome, options)
    let state: ClientState
    try {
      state = await joinByWelcome(welcome, pair, this.#mls)
      await verifyInvitation(this.#mls, state, decoded)
    } catch (cause) {
      throw unbound('The invitation does not lead into a group whose members are all sure.', { cause })
    }
    return this.#begin(state, sequence, { ...options, usedUp: name })
  }

  open(groupId: GroupId, options?: AbortOptions): Promise<Group> {
    return this.#lock.run(groupId, async () => {
      const present = this.#groups.get(groupId)
      if (present !== undefined) return present
      const record = await this.#kept(groupId, options)
      if (record === undefined) throw new LumosError('not-found', `There is no group ${groupId} here.`)
      return this.#remember(groupId, record)
    })
  }

  async list(options?: AbortOptions): Promise<GroupId[]> {
    const groupIds: GroupId[] = []
    for await (const { key } of this.#options.store.list({ ...options, prefix: groupPrefix })) {
      groupIds.push(decodeURIComponent(key.slice(groupPrefix.length)) as GroupId)
    }
    return groupIds
  }

  async forget(groupId: GroupId, options?: AbortOptions): Promise<void> {
    await this.#vault.delete(groupKey(groupId), options)
    this.#groups.delete(groupId)
  }

  async isMember(groupId: string, principal: PrincipalDid): Promise<boolean> {
    try {
      const { status, members } = await this.open(groupId as GroupId)
      return status !== 'removed' && members.some(({ did, key }) => did === principal || key === principal)
    } catch (error) {
      if (isLumosError(error) && error.code === 'not-found') return false
      throw error
    }
  }

  #createKeyPackage() {
    const { identity, did = identity.did, clock = createSystemClock() } = this.#options
    return createKeyPackage(this.#mls, { identity, did, clock })
  }

  /** The key package of ours that a welcome is for. */
  async #invited(welcome: Welcome, options?: AbortOptions): Promise<{ name: string; pair: KeyPair }> {
    for (const { newMember } of welcome.secrets) {
      const name = `${keyPackagePrefix}${base64url.encode(newMember)}`
      const bytes = name.length > 256 ? undefined : await this.#vault.get(name, options)
      if (bytes !== undefined) return { name, pair: decodeKeyPair(bytes) }
    }
    throw new LumosError('not-found', 'The invitation is for no key package that is kept here unused.')
  }

  /** Keeps a group that is new to us; the key package that brought us there is used up in the same moment. */
  async #begin(
    state: ClientState,
    cursor: number,
    options: AbortOptions & { usedUp?: string; replace?: boolean } = {},
  ): Promise<Group> {
    const groupId = base64url.encode(state.groupContext.groupId) as GroupId
    return this.#lock.run(groupId, async () => {
      const before = await this.#kept(groupId, options)
      const isMember = before !== undefined && !isRemoved(before.state)
      if (isMember && options.replace !== true) {
        throw new LumosError('conflict', `You are in the group ${groupId} already.`)
      }
      // What we could read before, we can read still.
      const { keepEpochs = defaultKeepEpochs } = this.#options
      const own = [await exportEpochKey(this.#mls, state)]
      const epochKeys = mergeEpochKeys(own, before?.epochKeys.filter(isEarlierThan(state)) ?? [], keepEpochs)
      const record: GroupRecord = { state, cursor, epochKeys, pending: undefined, isLeaving: false }
      const kept = { name: groupKey(groupId), bytes: encodeGroupRecord(record) }
      await this.#vault.putAndDelete(kept, options.usedUp === undefined ? [] : [options.usedUp], options)
      return this.#remember(groupId, record)
    })
  }

  async #kept(groupId: GroupId, options?: AbortOptions): Promise<GroupRecord | undefined> {
    const bytes = await this.#vault.get(groupKey(groupId), options)
    return bytes === undefined ? undefined : decodeGroupRecord(bytes, this.#mls)
  }

  #remember(groupId: GroupId, record: GroupRecord): MlsGroup {
    const { identity, verifier, keys, relay, keepEpochs = defaultKeepEpochs } = this.#options
    const parts = { groupId, mls: this.#mls, vault: this.#vault, identity, verifier, keys, relay, keepEpochs }
    const group = new MlsGroup(parts, new GroupSession(parts, record))
    this.#groups.set(groupId, group)
    return group
  }
}

function isEarlierThan(state: ClientState): (key: EpochKey) => boolean {
  return ({ epoch }) => epoch < epochOf(state)
}
