import type { AbortOptions } from './abort-options.ts'
import { LumosError } from './error.ts'
import type { Identity } from './identity.ts'
import type { Did } from './ids.ts'

/**
 * What stands between a kept key and whoever holds the medium.
 *
 * `memory`: gone with the process. `device`: nothing to type; in the browser no script can read the key, in Node only
 * the file's owner can. `passphrase`: encrypted under one. `passkey`: encrypted under a secret of an authenticator.
 */
export type KeyProtection = 'memory' | 'device' | 'passphrase' | 'passkey'

/** A kept key as a list shows it. Nothing here is secret. */
export interface KeyInfo {
  /** Unique in its store, 1 to 64 of `A–Z a–z 0–9 . _ -`. */
  name: string
  did: Did
  /** What a person calls it, 1 to 64 characters. Not authenticated: whoever can write the medium can change it. */
  label: string
  /** ISO 8601, UTC. Absent for keys of version 0.10 and before. */
  createdAt?: string
  protection: KeyProtection
  /** False where nobody, this SDK included, can read the key out. */
  canExport: boolean
}

/** An identity whose key a {@link KeyStore} keeps. While locked, its private key is nowhere in memory. */
export interface KeptIdentity extends Identity {
  readonly name: string
  readonly isLocked: boolean
  /** From now on signing fails with `identity-unavailable`. Idempotent. */
  lock(): void
  /**
   * Does nothing when it is unlocked already.
   *
   * @throws {KeyUnavailableError} `wrong-secret`, `damaged`, `cancelled`; the key stays locked
   */
  unlock(options?: KeySecret): Promise<void>
}

/** What opens a key under a passphrase; other keys need nothing here. */
export interface KeySecret extends AbortOptions {
  passphrase?: string | undefined
}

export interface CreateKeyOptions extends KeySecret {
  /** @default the name */
  label?: string | undefined
}

export interface ExportKeyOptions extends KeySecret {
  /** Protects the backup, which may lie anywhere. At least 8 characters. */
  backupPassphrase: string
}

export interface ImportKeyOptions extends CreateKeyOptions {
  backupPassphrase: string
}

export interface ChangePassphraseOptions extends AbortOptions {
  passphrase: string
  /** At least 8 characters. */
  newPassphrase: string
}

/**
 * Keeps private keys so that they sign without being seen. Of one name there is one {@link KeptIdentity} per store:
 * locking it locks it for everybody who opened it there.
 *
 * @throws {LumosError} `invalid-request` for a bad name or passphrase; `not-found` for an unknown name;
 *   {@link KeyUnavailableError}. A rejected call changed nothing.
 */
export interface KeyStore {
  /** Oldest first. Keys that are damaged are left out; opening one says why. */
  list(options?: AbortOptions): Promise<KeyInfo[]>
  /** A new key, unlocked. @throws {LumosError} `conflict` when the name is taken */
  create(name: string, options?: CreateKeyOptions): Promise<KeptIdentity>
  /** Locked where a secret is needed. */
  open(name: string, options?: AbortOptions): Promise<KeptIdentity>
  relabel(name: string, label: string, options?: AbortOptions): Promise<void>
  /** Forever. Locks who has it open. Deleting what is not there is fine. */
  delete(name: string, options?: AbortOptions): Promise<void>
  /**
   * The key as text, encrypted, for {@link KeyStore.import} of any store.
   *
   * @throws {LumosError} `unsupported` where the key cannot be read out
   */
  export(name: string, options: ExportKeyOptions): Promise<string>
  /** Keeps the key of a backup under this store's own protection, unlocked. @throws {LumosError} `conflict` */
  import(name: string, backup: string, options: ImportKeyOptions): Promise<KeptIdentity>
  /** @throws {LumosError} `unsupported` for a key that has none */
  changePassphrase(name: string, options: ChangePassphraseOptions): Promise<void>
}

/**
 * `locked`: unlock it. `wrong-secret`: not the passphrase or passkey it was closed with; for a key whose file was
 * changed on purpose, checksum and all, this is what is seen too. `damaged`: restore it. `exposed`: others can read the
 * file. `cancelled`: the person or the authenticator declined. `unreadable`: the medium failed, which is `cause`.
 */
export type KeyProblem = 'locked' | 'wrong-secret' | 'damaged' | 'exposed' | 'cancelled' | 'unreadable'

/** A kept key that cannot be used now, and why. */
export class KeyUnavailableError extends LumosError {
  override readonly name = 'KeyUnavailableError'
  readonly problem: KeyProblem

  constructor(problem: KeyProblem, message: string, options: ErrorOptions = {}) {
    super('identity-unavailable', message, { ...options, details: { problem } })
    this.problem = problem
  }
}
