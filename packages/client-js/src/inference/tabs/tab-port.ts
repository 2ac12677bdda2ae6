import type { ThreadPort } from '#platform'

type Listener = (value: unknown) => void

/** The way to one other tab, as a port: what is sent goes through a channel that all tabs hear. */
export class TabPort implements ThreadPort {
  readonly postMessage: (message: unknown) => void
  readonly #listeners = new Map<string, Listener[]>()

  constructor(send: (message: unknown) => void) {
    this.postMessage = send
  }

  on(name: string, listener: Listener): void {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener])
  }

  receive(message: unknown): void {
    this.#tell('message', message)
  }

  /** The other tab is gone. */
  fail(error: unknown): void {
    this.#tell('error', error)
  }

  #tell(name: string, value: unknown): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(value)
  }
}
