import type { AbortOptions } from './abort-options.ts'
import type { Did, GroupId, PrincipalDid } from './ids.ts'
import type { GroupMembership } from './usage-policy.ts'

/** Somebody in a group, with the key of one of their devices. */
export interface GroupMember {
  did: PrincipalDid
  /** Signs what this member says and does in the group; it is the DID's own, or speaks for it. */
  key: Did
}

/** `member`; `leaving` until another member confirms it; `removed`: by ourselves or others, for good. */
export type GroupStatus = 'member' | 'leaving' | 'removed'

/** Bytes that a member of the group sealed. */
export interface OpenedMessage {
  bytes: Uint8Array
  sender: GroupMember
  /** The epoch it was sealed in. */
  epoch: number
  /** Whether the sender is in the group now. A removed member can still seal for the epochs it was in. */
  isStillMember: boolean
}

/**
 * A group whose members alone can read what they seal: neither relays nor servers can, nor those who were removed
 * (from then on) or added later (what came before).
 *
 * Every change of membership, and every `rotate`, begins a new epoch with a new key. A change that rejects with a
 * retryable error may still take effect: `sync` tells.
 *
 * @see RFC 9420; spec/groups.md
 */
export interface Group {
  readonly groupId: GroupId
  readonly status: GroupStatus
  /** Grows by one with each accepted change; never goes back. */
  readonly epoch: number
  /** A change went by that we could not follow: somebody has to add us again. */
  readonly isBehind: boolean
  readonly members: readonly GroupMember[]
  /** Takes in what happened since, finishes what was left open, and confirms those who leave. */
  sync(options?: AbortOptions): Promise<void>
  /**
   * Resolves to the invitation that all the added need for {@link GroupKeeper.join}. A key that is in the group
   * already is replaced.
   *
   * @throws {LumosError} `invalid-proof` when a key package is not bound to its DID; `forbidden` unless we are a member
   */
  add(
    invitees: readonly { did: PrincipalDid; keyPackage: Uint8Array }[],
    options?: AbortOptions,
  ): Promise<Uint8Array>
  /** Removes every device of theirs. Removing who is not there is fine. @throws {LumosError} `forbidden` */
  remove(dids: readonly PrincipalDid[], options?: AbortOptions): Promise<void>
  /** Asks to be removed: nobody can take the last step alone. The last member just goes. */
  leave(options?: AbortOptions): Promise<void>
  /** Replaces our keys in the group, and with them the epoch's: what leaked before is worthless after. */
  rotate(options?: AbortOptions): Promise<void>
  /**
   * Resolves to bytes that only members of this epoch can open, and only as what they are meant for.
   *
   * @param context - what it is, for instance `document/plan`; not part of the result. At most 256 characters
   * @throws {LumosError} `forbidden` unless we are a member; `too-large`
   */
  seal(bytes: Uint8Array, context: string, options?: AbortOptions): Promise<Uint8Array>
  /**
   * @throws {LumosError} `not-found` without the key of its epoch, retryable while `sync` may bring it; `invalid-proof`
   *   when it was changed, meant for another group or context, or not sealed by whom it names; `malformed-frame`
   */
  open(sealed: Uint8Array, context: string, options?: AbortOptions): Promise<OpenedMessage>
  /** The keys of earlier epochs, sealed for the members of this one: gives those who came later what came before. */
  exportHistory(options?: AbortOptions): Promise<Uint8Array>
  /** @throws {LumosError} as {@link Group.open} */
  importHistory(history: Uint8Array, options?: AbortOptions): Promise<void>
}

/** Our groups, kept in a Store; a crash loses no accepted change. One keeper per Store and identity at a time. */
export interface GroupKeeper extends GroupMembership {
  create(options?: AbortOptions): Promise<Group>
  /** What somebody needs to add us, once. It is no secret, and worthless to anybody else. */
  createKeyPackage(options?: AbortOptions): Promise<Uint8Array>
  /**
   * Look at the members before you trust the group: anybody who has a key package of ours can invite.
   *
   * @param options.replace - takes the place of a group of the same id that we are in, having fallen behind
   * @throws {LumosError} `not-found` when the invitation is for none of our unused key packages; `invalid-proof` when
   *   a member of the group is not bound to its DID; `conflict` for a group that we are in; `malformed-frame`
   */
  join(invitation: Uint8Array, options?: AbortOptions & { replace?: boolean }): Promise<Group>
  /** @throws {LumosError} `not-found`; `storage-failed` when what was kept cannot be read */
  open(groupId: GroupId, options?: AbortOptions): Promise<Group>
  list(options?: AbortOptions): Promise<GroupId[]>
  /** Deletes what we keep of a group, its keys included. Others are not told: leave it first. */
  forget(groupId: GroupId, options?: AbortOptions): Promise<void>
}

export interface GroupRelayEntry {
  /** 1, 2, 3 … without gaps, the same for everybody. */
  sequence: number
  message: Uint8Array
}

/**
 * Carries the changes of groups in one order that all members see. It learns that a group exists, how often it
 * changes and from where; it cannot read, forge or reorder unseen, only withhold.
 */
export interface GroupRelay {
  /**
   * Resolves to the sequence once durable.
   *
   * @throws {LumosError} `too-large`
   */
  append(groupId: GroupId, message: Uint8Array, options?: AbortOptions): Promise<number>
  /** In order. @param options.limit - @default 100, at most 1000 */
  read(
    groupId: GroupId,
    options?: AbortOptions & { after?: number; limit?: number },
  ): Promise<GroupRelayEntry[]>
}
