import type { DelegationCid, Did, PrincipalDid } from '../contracts/index.ts'
import { isDid } from '../core/index.ts'
import type { Delegation } from './ucan/index.ts'

/** Delegations a node issued itself and remembers, so that who was given one need present nothing. */
export interface GrantLookup {
  /** At least those that `key` may use; more do no harm, each is checked. */
  grantsFor(key: Did): readonly Delegation[]
}

/** Grants in memory, found by whom they were given to. Who keeps them durably adds and removes them here. */
export class GrantIndex implements GrantLookup {
  readonly #byKey = new Map<Did, Map<DelegationCid, Delegation>>()
  /** Given to somebody with keys of their own, which only a KeyDirectory knows. */
  readonly #byCid = new Map<DelegationCid, Delegation>()

  add(delegation: Delegation): void {
    const { audience } = delegation
    if (!isDid(audience)) {
      this.#byCid.set(delegation.cid, delegation)
      return
    }
    const grants = this.#byKey.get(audience) ?? new Map<DelegationCid, Delegation>()
    this.#byKey.set(audience, grants.set(delegation.cid, delegation))
  }

  /** Removing what is not there is fine. */
  remove({ cid, audience }: { cid: DelegationCid; audience: PrincipalDid }): void {
    this.#byCid.delete(cid)
    const grants = this.#byKey.get(audience as Did)
    grants?.delete(cid)
    if (grants?.size === 0) this.#byKey.delete(audience as Did)
  }

  grantsFor(key: Did): readonly Delegation[] {
    return [...(this.#byKey.get(key)?.values() ?? []), ...this.#byCid.values()]
  }
}
