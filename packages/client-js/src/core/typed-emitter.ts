export type Listener<Payload> = (payload: Payload) => void

/** Calls listeners by event name. A listener that throws stops nobody; its error goes to `onListenerError`. */
export class TypedEmitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()
  readonly #onListenerError: (error: unknown) => void

  constructor(onListenerError: (error: unknown) => void = error => console.error(error)) {
    this.#onListenerError = onListenerError
  }

  /** Returns the unsubscribe; calling it twice is fine. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    let listeners = this.#listeners.get(name)
    if (listeners === undefined) {
      listeners = new Set()
      this.#listeners.set(name, listeners)
    }
    // A wrapper per subscription: the same function may listen twice, and each unsubscribe removes one.
    const subscription: Listener<Events[Name]> = payload => listener(payload)
    listeners.add(subscription)
    return () => listeners.delete(subscription)
  }

  /** Listeners added or removed while it runs take effect at the next event. */
  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    const listeners = this.#listeners.get(name)
    if (listeners === undefined) return
    for (const listener of [...listeners] as Listener<Events[Name]>[]) {
      try {
        listener(payload)
      } catch (error) {
        this.#onListenerError(error)
      }
    }
  }
}
