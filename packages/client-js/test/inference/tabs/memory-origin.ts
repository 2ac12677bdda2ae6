import type { SharedOrigin, ThreadPort } from '#platform'

/** An origin whose tabs live in one process: locks are granted in the order of asking, a closed tab loses its own. */
export class MemoryOrigin {
  readonly #channels = new Set<{ name: string; tab: MemoryTab; listeners: ((event: Event) => void)[] }>()
  readonly #locks = new Map<string, { isHeld: boolean; waiting: (() => void)[] }>()

  openTab(): MemoryTab {
    return new MemoryTab(this)
  }

  openChannel(tab: MemoryTab, name: string): ThreadPort {
    const end = { name, tab, listeners: [] as ((event: Event) => void)[] }
    this.#channels.add(end)
    return {
      postMessage: message => {
        if (tab.isClosed) return
        const others = [...this.#channels].filter(other => other !== end && other.name === name)
        for (const other of others) {
          const data = structuredClone(message)
          setImmediate(() => {
            if (other.tab.isClosed || !this.#channels.has(other)) return
            for (const listener of other.listeners) listener(new MessageEvent('message', { data }))
          })
        }
      },
      addEventListener: (type, listener) => {
        if (type === 'message') end.listeners.push(listener)
      },
      close: () => this.#channels.delete(end),
    }
  }

  async withLock(
    tab: MemoryTab,
    name: string,
    work: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const lock = this.#locks.get(name) ?? { isHeld: false, waiting: [] }
    this.#locks.set(name, lock)
    while (lock.isHeld) {
      const { promise, resolve } = Promise.withResolvers<void>()
      lock.waiting.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
      tab.onClose(resolve)
      await promise
      if (signal.aborted) throw signal.reason
      if (tab.isClosed) return
    }
    lock.isHeld = true
    let isReleased = false
    const release = () => {
      if (isReleased) return
      isReleased = true
      lock.isHeld = false
      for (const next of lock.waiting.splice(0)) next()
    }
    tab.onClose(release)
    try {
      await work()
    } finally {
      release()
    }
  }
}

export class MemoryTab implements SharedOrigin {
  isClosed = false
  readonly #origin: MemoryOrigin
  readonly #onClose: (() => void)[] = []

  constructor(origin: MemoryOrigin) {
    this.#origin = origin
  }

  openChannel(name: string): ThreadPort {
    return this.#origin.openChannel(this, name)
  }

  withLock(name: string, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    return this.#origin.withLock(this, name, work, signal)
  }

  onClose(listener: () => void): void {
    this.#onClose.push(listener)
  }

  /** As when a person closes the tab: nothing is said, nothing is heard any more. */
  close(): void {
    this.isClosed = true
    for (const listener of this.#onClose) listener()
  }
}
