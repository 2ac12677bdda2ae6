import { type KeySecret, LumosError } from '../../contracts/index.ts'
import { createDidLog } from '../did-log/index.ts'
import { createRecoveryWords, recoveryIdentity, type WordLanguage } from '../recovery/index.ts'
import { Person } from './person.ts'
import {
  assertVacant,
  type PersonPlace,
  readPersonRecord,
  wholePlace,
  writePersonRecord,
} from './person-place.ts'
import { withNewDevice } from './with-new-device.ts'

export interface CreatePersonOptions extends PersonPlace, KeySecret {
  /** What this device is called, for instance `Anna’s laptop`; whoever has the person's log can read it. */
  label: string
  /** Of the recovery words. @default 'english' */
  language?: WordLanguage
}

/**
 * A new person: a did:lumos with this device, and 24 words that recover it. Show the words once; they are kept nowhere.
 *
 * ```ts
 * const { person, words } = await createPerson({ keyStore, store, label: 'My laptop' })
 * ```
 *
 * @throws {LumosError} `conflict` when somebody of that name is on this device; as `KeyStore.create`
 */
export async function createPerson(options: CreatePersonOptions): Promise<{ person: Person; words: string }> {
  const { label, language, signal } = options
  const place = wholePlace(options)
  await assertVacant(place, { signal })
  const words = await createRecoveryWords(language)
  const recovery = await recoveryIdentity(words)
  const person = await withNewDevice(place, options, async device => {
    const devices = [{ key: device.did, label }]
    const log = await createDidLog({
      devices,
      recoveryKeys: [recovery.did],
      signer: device,
      clock: place.clock,
    })
    const { did } = await place.didLogs.offer(log, { signal })
    await writePersonRecord(place, { did, keyName: device.name })
    return new Person(did, device, place)
  })
  return { person, words }
}

/**
 * The person on this device. Its key is locked where a secret is needed: `person.device.unlock()`.
 *
 * @throws {LumosError} `not-found` when nobody is
 */
export async function openPerson(options: PersonPlace & KeySecret): Promise<Person> {
  const place = wholePlace(options)
  const record = await readPersonRecord(place, options)
  if (record === undefined) {
    throw new LumosError(
      'not-found',
      `No person "${place.name}" is on this device: create, pair or recover one.`,
    )
  }
  const device = await place.keyStore.open(record.keyName, options)
  if (options.passphrase !== undefined) await device.unlock(options)
  return new Person(record.did, device, place)
}
