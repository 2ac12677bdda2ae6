import type { GroupKeeper } from '../../contracts/index.ts'
import type { GroupKeeperOptions } from './group-keeper-options.ts'

/**
 * Encrypted groups of one identity. MLS loads with the first call.
 *
 * ```ts
 * const keeper = await createGroupKeeper({ identity, store, relay, verifier: createVerifier() })
 * const team = await keeper.create()
 * const invitation = await team.add([{ did: bob.did, keyPackage }])
 * const sealed = await team.seal(update, 'document/plan')
 * ```
 *
 * @see spec/groups.md
 */
export async function createGroupKeeper(options: GroupKeeperOptions): Promise<GroupKeeper> {
  const { MlsGroupKeeper } = await import('./mls-group-keeper.ts')
  return MlsGroupKeeper.open(options)
}
