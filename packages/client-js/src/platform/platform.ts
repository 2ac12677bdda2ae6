/** An Ed25519 private key that can only sign. */
export interface SigningKey {
  /** Raw, 32 bytes. */
  readonly publicKey: Uint8Array
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** A public key, imported and ready. False for what does not verify. */
export type SignatureCheck = (bytes: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>

/** HMAC-SHA-256 of the two joined, under the key it was made with. @see RFC 2104 */
export type Mac = (first: Uint8Array, second: Uint8Array) => Uint8Array

/** What differs between browser and Node. Each module beside this one exports exactly these. */
export interface Platform {
  readonly platformName: 'browser' | 'node'
  generateKey(): Promise<SigningKey>
  /** @param seed - the 32-byte private key of RFC 8032 */
  keyFromSeed(seed: Uint8Array): Promise<SigningKey>
  /** @throws when the platform refuses the key */
  importPublicKey(publicKey: Uint8Array): SignatureCheck | Promise<SignatureCheck>
  /** At once on every platform. @param key - 32 bytes */
  createMac(key: Uint8Array): Mac
  randomBytes(length: number): Uint8Array<ArrayBuffer>
  /** The form in which WebCrypto takes a private key. @param seed - 32 bytes. @see RFC 8410 section 7 */
  pkcs8FromSeed(seed: Uint8Array): Uint8Array<ArrayBuffer>
  /** Signs with a key of WebCrypto's. @param publicKey - raw, 32 bytes, of the same pair */
  signingKeyOf(privateKey: CryptoKey, publicKey: Uint8Array): SigningKey
  /** Node: files in the folder `directory`, for their owner's eyes. Browser: records in the IndexedDB of that name. */
  openKeyRecords(directory: string): KeyRecords
  /** Undefined where there are none, as in Node. */
  passkeys(): PasskeyAuthenticator | undefined
  /** The IP addresses of a host name, to judge before connecting. Browsers do not tell, and give `[]`. */
  resolveHost(name: string): Promise<string[]>
  /** Calls back when the machine's network comes and goes, where the platform says so; returns how to stop. */
  watchNetwork(listener: (isOnline: boolean) => void): () => void
  /** Files below `directory`: a path in Node, a name in the origin private file system in browsers. */
  openFileStore(directory: string): Promise<FileStore>
  /** Where models are kept between runs, for {@link openFileStore}. */
  modelCacheDirectory(): string
  /** What this machine has to compute with. What it does not tell is absent. Never fails. */
  deviceFacts(): Promise<DeviceFacts>
  /** Battery and heat at this moment. Never fails. */
  deviceConditions(): Promise<DeviceConditions>
  /** Undefined when unset or empty, and in browsers. */
  environmentVariable(name: string): string | undefined
  /** Where an installed package lies; undefined when it is not installed, and in browsers. */
  packageDirectory(name: string): string | undefined
  /** Resolves after waiting messages, timers and aborts have been handled. */
  yieldToEvents(): Promise<void>
  /** A thread that runs the module at `url`; undefined when there is no such file. */
  startThread(url: URL): ThreadPort | undefined
  /** The port to whoever started this thread; undefined outside of one. */
  threadParent(): ThreadPort | undefined
  /** What this page shares with the others of its origin; undefined in Node, and in pages that are not secure contexts. */
  sharedOrigin(): SharedOrigin | undefined
}

/** What lets the pages and workers of one origin find each other, and learn when one is gone. */
export interface SharedOrigin {
  /** Structured clones to all others on the channel `name`, in the order one sender sent them. */
  openChannel(name: string): ThreadPort
  /**
   * Waits its turn for the lock `name`, then holds it until `work` settles or its page or worker is gone.
   *
   * @throws the signal's reason, when aborted before its turn
   */
  withLock(name: string, work: () => Promise<void>, signal: AbortSignal): Promise<void>
}

export interface DeviceFacts {
  /** Logical processors. */
  cores: number
  memoryBytes?: number
  /** Room left for downloads. */
  storageBytes?: number
  /** A WebGPU adapter that no processor imitates. */
  gpu?: { maxBufferBytes: number; hasFloat16: boolean }
}

export interface DeviceConditions {
  /** 1: full, plugged in, or nobody knows. 0: empty. */
  battery: number
  /** 0: cool, or nobody knows. 1: so busy or hot that it slows down. */
  heat: number
}

/** A Worker, a MessagePort or a worker's own scope, of the web or of Node. */
export interface ThreadPort {
  postMessage(message: unknown): void
  /** The web's way to listen. */
  addEventListener?(type: string, listener: (event: Event) => void): void
  /** Node's way to listen. */
  on?(name: string, listener: (value: unknown) => void): unknown
  terminate?(): unknown
  close?(): void
  /** Node: whether the thread keeps the process alive. */
  ref?(): void
  unref?(): void
}

/** Files by path below one directory, with `/` between names. */
export interface FileStore {
  /** Undefined when there is no such file. */
  size(path: string): Promise<number | undefined>
  read(path: string): Promise<Uint8Array<ArrayBuffer>>
  /** Creates the file where there is none; cuts it at `offset` and goes on from there. */
  openWriter(path: string, offset: number): Promise<FileWriter>
  /** Writes the file whole, or not at all: a crash leaves what was there. Durable when it resolves. */
  replace(path: string, bytes: Uint8Array): Promise<void>
  /** A file, or a directory with all in it. What is not there is fine. */
  delete(path: string): Promise<void>
  /** Names directly in a directory; `[]` when there is none. `''` is the directory of the store. */
  list(path: string): Promise<string[]>
}

export interface FileWriter {
  write(bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** Where kept keys lie, by name. Writes are durable when they resolve, and all or nothing. */
export interface KeyRecords {
  /** `bytes`: values are Uint8Arrays. `structured`: values may hold a CryptoKey that nobody can export. */
  readonly form: 'bytes' | 'structured'
  names(): Promise<string[]>
  /** Undefined when there is none. @throws {KeyUnavailableError} `exposed`, `unreadable` */
  read(name: string): Promise<unknown>
  /** Resolves to false, and changes nothing, when the name is taken: of many callers one wins. */
  insert(name: string, value: unknown): Promise<boolean>
  replace(name: string, value: unknown): Promise<void>
  delete(name: string): Promise<void>
}

/**
 * Passkeys that yield a secret of their own: 32 bytes, the same for the same salt, which no server and no other site
 * learns.
 *
 * @throws {KeyUnavailableError} `cancelled`; {@link LumosError} `unsupported` for an authenticator without PRF
 * @see Web Authentication Level 3, section 10.1.4, prf
 */
export interface PasskeyAuthenticator {
  create(options: NewPasskey): Promise<{ credentialId: Uint8Array; secret: Uint8Array<ArrayBuffer> }>
  evaluate(options: PasskeyUse): Promise<Uint8Array<ArrayBuffer>>
}

export interface PasskeyUse {
  credentialId: Uint8Array
  salt: Uint8Array
  signal?: AbortSignal | undefined
}

export interface NewPasskey {
  /** What the person's list of passkeys shows. */
  label: string
  salt: Uint8Array
  signal?: AbortSignal | undefined
}
