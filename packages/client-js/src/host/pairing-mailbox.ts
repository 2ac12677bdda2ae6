import {
  type AbortOptions,
  type Clock,
  type Did,
  LumosError,
  maxPairingMessageBytes,
} from '../contracts/index.ts'
import { raceSignal } from '../core/index.ts'

export interface PairingMailboxOptions {
  clock: Clock
  /** Of all messages together. @default 16 MiB */
  maxTotalBytes?: number
  /** Messages of one issuer at the same time. @default 8 */
  maxPerIssuer?: number
}

interface Message {
  text: string
  issuer: Did
  expiresAt: number
}

/** As long as a pairing may last. */
const lifetimeMs = 15 * 60_000

/** Keeps messages of devices that are being paired, in memory, for minutes. What they say it cannot know. */
export class PairingMailbox {
  readonly #messages = new Map<string, Message>()
  readonly #waiting = new Map<string, Set<() => void>>()
  readonly #clock: Clock
  readonly #maxTotalBytes: number
  readonly #maxPerIssuer: number
  #totalBytes = 0

  constructor({ clock, maxTotalBytes = 16 * 1024 * 1024, maxPerIssuer = 8 }: PairingMailboxOptions) {
    this.#clock = clock
    this.#maxTotalBytes = maxTotalBytes
    this.#maxPerIssuer = maxPerIssuer
  }

  /**
   * @param text - base64url
   * @throws {LumosError} `too-large`; `conflict` when something else lies there; `rate-limited` when there is no room
   */
  put(name: string, text: string, issuer: Did): void {
    if (text.length > Math.ceil((maxPairingMessageBytes * 4) / 3)) {
      throw new LumosError('too-large', `A pairing message has at most ${maxPairingMessageBytes} bytes.`)
    }
    this.#dropExpired()
    if (this.#messages.has(name)) {
      throw new LumosError('conflict', 'A message of this name was sent before: begin another pairing.')
    }
    const own = [...this.#messages.values()].filter(message => message.issuer === issuer)
    if (own.length >= this.#maxPerIssuer || this.#totalBytes + text.length > this.#maxTotalBytes) {
      throw new LumosError(
        'rate-limited',
        'Too many devices are being paired here: try again in some minutes.',
        {
          details: { retryAfterMs: 60_000 },
        },
      )
    }
    this.#messages.set(name, { text, issuer, expiresAt: this.#clock.now() + lifetimeMs })
    this.#totalBytes += text.length
    for (const wake of this.#waiting.get(name) ?? []) wake()
  }

  /** Resolves to the message as soon as it is there, or to undefined after `waitMs`. It stays for whoever retries. */
  async get(
    name: string,
    { waitMs, signal }: AbortOptions & { waitMs: number },
  ): Promise<string | undefined> {
    this.#dropExpired()
    const message = this.#messages.get(name)
    if (message !== undefined || waitMs === 0) return message?.text
    const woken = Promise.withResolvers<void>()
    const sleepers = this.#waiting.get(name) ?? new Set()
    this.#waiting.set(name, sleepers.add(woken.resolve))
    const stopTimer = this.#clock.setTimer(waitMs, woken.resolve)
    try {
      await raceSignal(woken.promise, signal)
    } finally {
      stopTimer()
      sleepers.delete(woken.resolve)
      if (sleepers.size === 0) this.#waiting.delete(name)
    }
    return this.#messages.get(name)?.text
  }

  /** Without timers, which would keep a process alive. A Map keeps the order of insertion: the oldest come first. */
  #dropExpired(): void {
    for (const [name, { text, expiresAt }] of this.#messages) {
      if (expiresAt > this.#clock.now()) return
      this.#messages.delete(name)
      this.#totalBytes -= text.length
    }
  }
}
