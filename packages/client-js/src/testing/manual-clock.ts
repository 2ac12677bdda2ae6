import type { Clock } from '../contracts/index.ts'

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  readonly #timers = new Map<symbol, { dueAt: number; callback: () => void }>()
  #now: number

  /** @param now - milliseconds since 1970, UTC */
  constructor(now = 1_767_323_045_678) {
    this.#now = now
  }

  /** How many timers wait: none should be left when the work is done. */
  get timerCount(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#now
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    const key = Symbol()
    this.#timers.set(key, { dueAt: this.#now + Math.max(0, delayMs), callback })
    return () => this.#timers.delete(key)
  }

  /** Moves time on and fires what falls due, in order, also timers that these set. */
  advance(byMs: number): void {
    const until = this.#now + byMs
    for (let due = this.#nextDue(until); due !== undefined; due = this.#nextDue(until)) {
      const [key, timer] = due
      this.#timers.delete(key)
      this.#now = Math.max(this.#now, timer.dueAt)
      timer.callback()
    }
    this.#now = until
  }

  #nextDue(until: number) {
    const due = [...this.#timers].filter(([, timer]) => timer.dueAt <= until)
    return due.sort(([, a], [, b]) => a.dueAt - b.dueAt)[0]
  }
}
