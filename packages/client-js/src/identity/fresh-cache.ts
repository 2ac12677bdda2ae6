import type { Clock } from '../contracts/index.ts'
import { raceSignal } from '../core/index.ts'

interface Entry<Value> {
  value: Value
  /** Milliseconds since 1970: when the question was asked, not answered. */
  askedAt: number
}

interface Loading<Value> {
  promise: Promise<Value>
  controller: AbortController
  waiting: number
  /** Became known while the answer was under way, and is newer than it. */
  newer?: { value: Value }
}

/**
 * Values that are true for a while. At once when fresh; else asked for, once for all who wait. A failure is given to
 * those who wait and then forgotten, so that nothing stale is ever served.
 */
export class FreshCache<Key, Value> {
  readonly #entries = new Map<Key, Entry<Value>>()
  readonly #loading = new Map<Key, Loading<Value>>()
  readonly #clock: Clock
  readonly #maxEntries: number

  constructor(clock: Clock, maxEntries: number) {
    this.#clock = clock
    this.#maxEntries = maxEntries
  }

  /**
   * @param load - asks anew; its signal aborts when nobody waits any more
   * @throws what `load` throws, and the reason of `signal`
   */
  get(
    key: Key,
    maxAgeMs: number,
    load: (signal: AbortSignal) => Promise<Value>,
    signal?: AbortSignal,
  ): Value | Promise<Value> {
    signal?.throwIfAborted()
    const entry = this.#entries.get(key)
    if (entry !== undefined && this.#isFresh(entry, maxAgeMs)) {
      // Used last, kept longest: a Map keeps the order of insertion.
      this.#entries.delete(key)
      this.#entries.set(key, entry)
      return entry.value
    }
    return this.#wait(key, this.#loading.get(key) ?? this.#load(key, load), signal)
  }

  /** A newer value for a key that is kept or asked for; it is as fresh as the old one was. */
  replace(key: Key, value: Value): void {
    const entry = this.#entries.get(key)
    if (entry !== undefined) entry.value = value
    const loading = this.#loading.get(key)
    if (loading !== undefined) loading.newer = { value }
  }

  delete(key: Key): void {
    this.#entries.delete(key)
    this.#loading.delete(key)
  }

  #isFresh({ askedAt }: Entry<Value>, maxAgeMs: number): boolean {
    const ageMs = this.#clock.now() - askedAt
    // A clock that was set back makes an age unknown.
    return ageMs >= 0 && ageMs < maxAgeMs
  }

  #load(key: Key, load: (signal: AbortSignal) => Promise<Value>): Loading<Value> {
    const controller = new AbortController()
    const askedAt = this.#clock.now()
    const promise = load(controller.signal).then(value => loading.newer?.value ?? value)
    const loading: Loading<Value> = { promise, controller, waiting: 0 }
    this.#loading.set(key, loading)
    promise.then(
      value => this.#settle(key, loading, { value, askedAt }),
      () => this.#settle(key, loading, undefined),
    )
    return loading
  }

  #settle(key: Key, loading: Loading<Value>, entry: Entry<Value> | undefined): void {
    if (this.#loading.get(key) !== loading) return
    this.#loading.delete(key)
    this.#entries.delete(key)
    if (entry === undefined) return
    this.#entries.set(key, entry)
    if (this.#entries.size <= this.#maxEntries) return
    const [oldest] = this.#entries.keys()
    this.#entries.delete(oldest as Key)
  }

  async #wait(key: Key, loading: Loading<Value>, signal: AbortSignal | undefined): Promise<Value> {
    loading.waiting++
    try {
      return await raceSignal(loading.promise, signal)
    } finally {
      if (--loading.waiting === 0 && signal?.aborted && this.#loading.get(key) === loading) {
        this.#loading.delete(key)
        loading.controller.abort(signal.reason)
      }
    }
  }
}
