/** What {@link watchPage} leaves in the page. */
export interface PageWatch {
  /** Where a private key that was made here came past a script, by name of the call; empty: nowhere. */
  leaks(): Promise<string[]>
  /** How many calls were seen. */
  callCount(): number
  /** The private keys that were made here: to look for them after a reload too. */
  secrets(): Promise<number[][]>
  lookFor(secrets: number[][]): void
  /** What exporting each private key in IndexedDB gives, in every format. */
  exportKept(): Promise<string[]>
  /** Whether a private key lies readable in IndexedDB, localStorage, sessionStorage or the page's text. */
  isKept(): Promise<boolean>
}

/**
 * Runs in a page before any script of ours: records all bytes and texts that pass the functions a key could pass, and
 * learns, as no script of ours does, which keys to look for.
 */
export function watchPage(): void {
  const seen: { call: string; parts: (Uint8Array | string)[] }[] = []
  const secrets: Promise<Uint8Array>[] = []
  const { exportKey } = SubtleCrypto.prototype
  const { btoa } = globalThis

  function partsOf(value: unknown, depth = 0): (Uint8Array | string)[] {
    if (typeof value === 'string') return [value]
    if (value instanceof ArrayBuffer) return [new Uint8Array(value.slice(0))]
    if (ArrayBuffer.isView(value)) {
      return [
        new Uint8Array(
          value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength) as ArrayBuffer,
        ),
      ]
    }
    if (typeof value !== 'object' || value === null || depth > 6 || value instanceof CryptoKey) return []
    return Object.values(value).flatMap(member => partsOf(member, depth + 1))
  }

  function hook(owner: object, name: string): void {
    const original = Reflect.get(owner, name) as (...args: unknown[]) => unknown
    Reflect.set(owner, name, function (this: unknown, ...args: unknown[]) {
      const call = `${name} takes`
      seen.push({ call, parts: partsOf(args) })
      const result = original.apply(this, args)
      const record = (value: unknown) => seen.push({ call: `${name} gives`, parts: partsOf(value) })
      if (result instanceof Promise) result.then(record, () => {})
      else record(result)
      if (name === 'generateKey' && args[1] === true && args[0] === 'Ed25519')
        learn(result as Promise<CryptoKeyPair>)
      return result
    })
  }

  function learn(made: Promise<CryptoKeyPair>): void {
    const secret = async () => {
      const { privateKey } = await made
      const pkcs8 = await exportKey.call(crypto.subtle, 'pkcs8', privateKey)
      // Not through a function that is watched.
      return new Uint8Array((pkcs8 as ArrayBuffer).slice(-32))
    }
    secrets.push(secret())
  }

  const subtle = Object.getOwnPropertyNames(SubtleCrypto.prototype).filter(
    name => typeof Object.getOwnPropertyDescriptor(SubtleCrypto.prototype, name)?.value === 'function',
  )
  for (const name of subtle) if (name !== 'constructor') hook(SubtleCrypto.prototype, name)
  hook(TextEncoder.prototype, 'encode')
  hook(TextDecoder.prototype, 'decode')
  hook(IDBObjectStore.prototype, 'put')
  hook(IDBObjectStore.prototype, 'add')
  hook(JSON, 'stringify')
  hook(JSON, 'parse')
  hook(globalThis, 'structuredClone')
  hook(globalThis, 'fetch')
  hook(globalThis, 'btoa')
  hook(globalThis, 'atob')
  hook(Storage.prototype, 'setItem')
  hook(MessagePort.prototype, 'postMessage')
  hook(Uint8Array.prototype, 'set')
  hook(Uint8Array.prototype, 'slice')

  const hexOf = (bytes: Uint8Array) => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

  /** The ways to write 32 bytes; in base64 the 24 in the middle, wherever they fall, are enough. */
  function spellings(secret: Uint8Array): string[] {
    const base64 = [0, 1, 2].map(from => {
      const text = String.fromCharCode(...secret.subarray(from, from + 27))
      return btoa.call(globalThis, text)
    })
    return [
      hexOf(secret),
      [...secret].join(),
      ...base64,
      ...base64.map(text => text.replaceAll('+', '-').replaceAll('/', '_')),
    ]
  }
  function holds(part: Uint8Array | string, secret: Uint8Array): boolean {
    const text = typeof part === 'string' ? part : hexOf(part)
    if (typeof part !== 'string') {
      const latin = Array.from(part, byte => String.fromCharCode(byte)).join('')
      return text.includes(hexOf(secret)) || spellings(secret).some(spelling => latin.includes(spelling))
    }
    return spellings(secret).some(spelling => text.includes(spelling))
  }

  async function records(): Promise<unknown[]> {
    const all: unknown[] = []
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name))
      for (const store of database.objectStoreNames) {
        all.push(...(await settled(database.transaction(store).objectStore(store).getAll())))
      }
      database.close()
    }
    return all
  }

  function settled<T>(request: IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  }

  function kept(storage: Storage): string[] {
    return Array.from(
      { length: storage.length },
      (_, index) => storage.getItem(storage.key(index) ?? '') ?? '',
    )
  }

  function keysIn(value: unknown): CryptoKey[] {
    if (value instanceof CryptoKey) return value.type === 'public' ? [] : [value]
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(keysIn) : []
  }

  const watch: PageWatch = {
    async leaks() {
      const known = await Promise.all(secrets)
      const leaking = seen.filter(({ parts }) =>
        parts.some(part => known.some(secret => holds(part, secret))),
      )
      return [...new Set(leaking.map(({ call }) => call))]
    },
    callCount: () => seen.length,
    secrets: async () => (await Promise.all(secrets)).map(secret => [...secret]),
    lookFor: known => {
      for (const secret of known) secrets.push(Promise.resolve(Uint8Array.from(secret)))
    },
    async exportKept() {
      const keys = keysIn(await records())
      const attempts = keys.flatMap(key =>
        (['pkcs8', 'jwk', 'raw'] as const).map(format => ({ key, format })),
      )
      return Promise.all(
        attempts.map(({ key, format }) =>
          exportKey.call(crypto.subtle, format as 'jwk', key).then(
            () => 'exported',
            (error: Error) => error.name,
          ),
        ),
      )
    },
    async isKept() {
      const known = await Promise.all(secrets)
      const texts = [...kept(localStorage), ...kept(sessionStorage), document.body.outerHTML]
      const parts = [...texts, ...partsOf(await records())]
      return parts.some(part => known.some(secret => holds(part, secret)))
    },
  }
  Object.assign(globalThis, { watch })
}
