import { type Did, type KeySecret, LumosError } from '../../contracts/index.ts'
import {
  appendToDidLog,
  type DidChange,
  type DidDevice,
  type DidLog,
  type LumosDid,
  verifyDidLog,
} from '../did-log/index.ts'
import { combineShares, recoveryIdentity } from '../recovery/index.ts'
import { Person } from './person.ts'
import {
  assertVacant,
  type PersonPlace,
  type WholePlace,
  wholePlace,
  writePersonRecord,
} from './person-place.ts'
import { withNewDevice } from './with-new-device.ts'

export interface RecoverPersonOptions extends PersonPlace, KeySecret {
  /** What this device is called. */
  label: string
  /** Whom to recover. Its log must be known to `didLogs` or their sources, unless `log` is given. */
  did?: LumosDid
  /** The person's log, as exported or as another node has it. */
  log?: DidLog
  /** The 24 words… */
  words?: string
  /** …or enough opened shares of them. */
  shares?: readonly string[]
  /** Whether the other devices stay the person's. @default false: whoever has them now is locked out */
  keepDevices?: boolean
}

/**
 * The person again, on this device, by 24 words or guardians' shares.
 *
 * @throws {LumosError} `invalid-request` for words or shares that are none; `invalid-proof` for those of another
 *   identity, or a log that does not hold; `not-found` when no log is known; `conflict` as `createPerson`
 */
export async function recoverPerson(options: RecoverPersonOptions): Promise<Person> {
  const { label, keepDevices = false, signal } = options
  const place = wholePlace(options)
  await assertVacant(place, { signal })
  const recovery = await recoveryIdentity(options.words ?? (await combineShares(options.shares ?? [])))
  const known = await findLog(options, place)
  const { did, keys, recoveryKeys } = await verifyDidLog(known, { signal })
  if (!recoveryKeys.includes(recovery.did)) {
    throw new LumosError('invalid-proof', `These words or shares do not recover ${did}.`)
  }
  return withNewDevice(place, options, async device => {
    const changes = recoveryChanges({ key: device.did, label }, keepDevices ? [] : keys)
    let log = known
    for (const change of changes) log = await appendToDidLog(log, change, recovery, { clock: place.clock })
    await place.didLogs.offer(log, { signal })
    await writePersonRecord(place, { did, keyName: device.name })
    return new Person(did, device, place)
  })
}

/** One device always stays, and all but one go first: a person may have as many as there can be. */
function recoveryChanges(device: DidDevice, others: readonly Did[]): DidChange[] {
  const removals = others.map(key => ({ type: 'remove-device', key }) as const)
  return [...removals.slice(1), { type: 'add-device', ...device }, ...removals.slice(0, 1)]
}

async function findLog({ did, log, signal }: RecoverPersonOptions, { didLogs }: WholePlace): Promise<DidLog> {
  if (log !== undefined) {
    await verifyDidLog(log, { signal, ...(did && { did }) })
    return log
  }
  if (did === undefined)
    throw new LumosError('invalid-request', 'Say whom to recover: give the DID or its log.')
  await didLogs.state(did, { signal })
  const known = await didLogs.log(did, { signal })
  if (known !== undefined) return known
  throw new LumosError('not-found', `No log of ${did} is known here.`)
}
