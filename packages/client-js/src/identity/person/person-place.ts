import {
  type AbortOptions,
  type Clock,
  type KeyStore,
  LumosError,
  type Store,
} from '../../contracts/index.ts'
import { createSystemClock, isJsonObject, storeKey } from '../../core/index.ts'
import { DidLogStore, isLumosDid, type LumosDid } from '../did-log/index.ts'

/** Where a device keeps what makes it one of a person's. */
export interface PersonPlace {
  /** Keeps the device's key. */
  keyStore: KeyStore
  /** Keeps which person it is of, and that person's log. Nothing here is secret. */
  store: Store
  /** Knows logs, and who else may have newer ones. @default those in `store` */
  didLogs?: DidLogStore
  /** One of several people on this device. @default 'person' */
  name?: string
  /** @default the machine's clock */
  clock?: Clock
}

/** A place with nothing left out. */
export interface WholePlace {
  keyStore: KeyStore
  store: Store
  didLogs: DidLogStore
  name: string
  clock: Clock
}

export function wholePlace(place: PersonPlace): WholePlace {
  const { keyStore, store, name = 'person', clock = createSystemClock() } = place
  return { keyStore, store, name, clock, didLogs: place.didLogs ?? new DidLogStore({ store, clock }) }
}

/** Which person this device is of, and under which name its key is kept. */
export interface PersonRecord {
  did: LumosDid
  keyName: string
}

export async function readPersonRecord(
  { store, name }: WholePlace,
  options?: AbortOptions,
): Promise<PersonRecord | undefined> {
  const record = await store.get(recordKey(name), options)
  if (record === undefined) return undefined
  const { did, keyName } = isJsonObject(record) ? record : {}
  if (isLumosDid(did) && typeof keyName === 'string') return { did, keyName }
  throw new LumosError(
    'storage-failed',
    `What is kept of the person "${name}" is damaged: recover or pair again.`,
    {
      retryable: false,
    },
  )
}

export async function writePersonRecord(place: WholePlace, { did, keyName }: PersonRecord): Promise<void> {
  await place.store.put(recordKey(place.name), { did, keyName })
}

/** @throws {LumosError} `conflict` when somebody is there */
export async function assertVacant(place: WholePlace, options?: AbortOptions): Promise<void> {
  if ((await readPersonRecord(place, options)) === undefined) return
  throw new LumosError(
    'conflict',
    `A person "${place.name}" is on this device already: open it, or name another.`,
  )
}

function recordKey(name: string): string {
  return storeKey('person', name)
}
