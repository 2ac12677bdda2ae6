import { type KeyRecords, type SigningKey, signingKeyOf } from '#platform'
import {
  type AbortOptions,
  type ChangePassphraseOptions,
  type Clock,
  type CreateKeyOptions,
  type ExportKeyOptions,
  type ImportKeyOptions,
  isLumosError,
  type KeyInfo,
  type KeySecret,
  type KeyStore,
  LumosError,
} from '../../contracts/index.ts'
import { KeyedLock, publicKeyFromDid } from '../../core/index.ts'
import { decodeKeyDocument, encodeKeyDocument } from './key-document.ts'
import { generateKeyPair, type KeyPair } from './key-pair.ts'
import type { KeyPairSource, KeyProtector } from './key-protector.ts'
import type { KeyRecord } from './key-record.ts'
import { LockableIdentity } from './lockable-identity.ts'
import { keyOfStoredValue, storedValueOf } from './stored-key.ts'

export interface RecordKeyStoreParts {
  records: KeyRecords
  protector: KeyProtector
  clock: Clock
}

const namePattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/
const maxLabelLength = 64

/** Keeps keys as records, each under the protection it was made with. */
export class RecordKeyStore implements KeyStore {
  readonly #parts: RecordKeyStoreParts
  readonly #opened = new Map<string, LockableIdentity>()
  readonly #writes = new KeyedLock()

  constructor(parts: RecordKeyStoreParts) {
    this.#parts = parts
  }

  async list({ signal }: AbortOptions = {}): Promise<KeyInfo[]> {
    signal?.throwIfAborted()
    const names = await this.#parts.records.names()
    const infos = await Promise.all(names.map(name => this.#describe(name)))
    signal?.throwIfAborted()
    const age = ({ createdAt = '', name }: KeyInfo) => `${createdAt} ${name}`
    return infos.filter(info => info !== undefined).sort((a, b) => (age(a) < age(b) ? -1 : 1))
  }

  create(name: string, options: CreateKeyOptions = {}): Promise<LockableIdentity> {
    return this.#write(name, options, () => this.#keep(name, generateKeyPair, options))
  }

  async open(name: string, { signal }: AbortOptions = {}): Promise<LockableIdentity> {
    signal?.throwIfAborted()
    assertName(name)
    const record = await this.#read(name)
    signal?.throwIfAborted()
    const opened = this.#opened.get(name)
    if (opened?.did === record.did) return opened
    if ('ciphertext' in record) return this.#remember(name, { did: record.did })
    return this.#remember(name, await this.#parts.protector.reveal(record, {}, 'sign'))
  }

  relabel(name: string, label: string, options: AbortOptions = {}): Promise<void> {
    return this.#write(name, options, async () => {
      assertLabel(label)
      await this.#replace(name, { ...(await this.#read(name)), label })
    })
  }

  delete(name: string, options: AbortOptions = {}): Promise<void> {
    return this.#write(name, options, async () => {
      await this.#parts.records.delete(name)
      this.#forget(name)
    })
  }

  async export(name: string, options: ExportKeyOptions): Promise<string> {
    options.signal?.throwIfAborted()
    assertName(name)
    const { protector } = this.#parts
    const record = await this.#read(name)
    const pair = await protector.reveal(record, options, 'seal')
    const secret = { passphrase: options.backupPassphrase, signal: options.signal }
    const backup = await protector.seal(record, 'passphrase', pair, secret)
    return encodeKeyDocument(backup.record)
  }

  import(name: string, backup: string, options: ImportKeyOptions): Promise<LockableIdentity> {
    return this.#write(name, options, async () => {
      const record = await decodeKeyDocument(backup)
      const secret = { passphrase: options.backupPassphrase, signal: options.signal }
      const source: KeyPairSource = extractable =>
        this.#parts.protector.reveal(record, secret, extractable ? 'seal' : 'sign')
      return this.#keep(name, source, { ...options, label: options.label ?? record.label })
    })
  }

  changePassphrase(name: string, options: ChangePassphraseOptions): Promise<void> {
    return this.#write(name, options, async () => {
      const { protector } = this.#parts
      const record = await this.#read(name)
      if (record.protection !== 'passphrase') {
        throw new LumosError('unsupported', `The key "${name}" has no passphrase to change.`)
      }
      const pair = await protector.reveal(record, options, 'seal')
      const secret = { passphrase: options.newPassphrase, signal: options.signal }
      await this.#replace(name, (await protector.seal(record, 'passphrase', pair, secret)).record)
    })
  }

  /** One writer per name at a time; an aborted call that has not begun does nothing. */
  async #write<T>(name: string, { signal }: AbortOptions, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted()
    assertName(name)
    return this.#writes.run(name, async () => {
      signal?.throwIfAborted()
      return work()
    })
  }

  async #keep(name: string, source: KeyPairSource, options: CreateKeyOptions): Promise<LockableIdentity> {
    const { records, protector, clock } = this.#parts
    const { label = name, signal } = options
    assertLabel(label)
    // Asked first, so that nobody makes a passkey or stretches a passphrase in vain.
    if ((await records.read(name)) !== undefined) throw taken(name)
    const createdAt = new Date(clock.now()).toISOString()
    const { record, pair } = await protector.protect({ label, createdAt }, source, options)
    signal?.throwIfAborted()
    const isKept = await records.insert(name, await storedValueOf(record, records.form))
    if (!isKept) throw taken(name)
    return this.#remember(name, pair)
  }

  #remember(name: string, { did, privateKey }: { did: KeyPair['did']; privateKey?: CryptoKey }) {
    this.#forget(name)
    const key = privateKey && signingKeyOf(privateKey, publicKeyFromDid(did))
    const identity = new LockableIdentity({ name, did }, secret => this.#unseal(name, did, secret), key)
    this.#opened.set(name, identity)
    return identity
  }

  #forget(name: string): void {
    this.#opened.get(name)?.lock()
    this.#opened.delete(name)
  }

  async #unseal(name: string, did: KeyPair['did'], secret: KeySecret): Promise<SigningKey> {
    const record = await this.#read(name)
    if (record.did !== did) throw new LumosError('not-found', `The key ${did} is no longer kept here.`)
    const { privateKey } = await this.#parts.protector.reveal(record, secret, 'sign')
    return signingKeyOf(privateKey, publicKeyFromDid(did))
  }

  async #read(name: string): Promise<KeyRecord> {
    const value = await this.#parts.records.read(name)
    if (value !== undefined) return keyOfStoredValue(value, name)
    this.#forget(name)
    throw new LumosError('not-found', `No key "${name}" is kept here.`)
  }

  async #replace(name: string, record: KeyRecord): Promise<void> {
    const { records } = this.#parts
    await records.replace(name, await storedValueOf(record, records.form))
  }

  async #describe(name: string): Promise<KeyInfo | undefined> {
    try {
      const record = await this.#read(name)
      const { did, label, createdAt, protection } = record
      const canExport = this.#parts.protector.canExport(record)
      return { name, did, label, protection, canExport, ...(createdAt && { createdAt }) }
    } catch (error) {
      if (isLumosError(error)) return undefined
      throw error
    }
  }
}

function assertName(name: string): void {
  if (namePattern.test(name)) return
  throw new LumosError(
    'invalid-request',
    'A key’s name is 1 to 64 of A–Z a–z 0–9 . _ - and begins with no dot.',
  )
}

function assertLabel(label: string): void {
  if (label.length >= 1 && label.length <= maxLabelLength) return
  throw new LumosError('invalid-request', `A label has 1 to ${maxLabelLength} characters.`)
}

function taken(name: string): LumosError {
  return new LumosError('conflict', `A key "${name}" is kept here already.`)
}
