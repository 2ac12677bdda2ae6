import type { OutcomeShape } from '../../../src/contracts/index.ts'
import { createRandom, type Random } from '../../../src/engines/onnx/random.ts'

/**
 * A person who is asked where each of their requests should be answered: on the device, in the cloud or by a peer.
 *
 * They are in one of two moods, in a hurry or careful, that change at random moments (after 25 minutes in the mean,
 * whether or not they ask anything). What they want depends on mood and kind of request, is drawn for each person,
 * and changes once, half way, for one kind. They come in sessions: minutes apart within, hours apart between. They
 * are content with 85% of the right answers and with 15% of the wrong ones.
 */
export class SimulatedUser {
  readonly shape: OutcomeShape = routeShape
  now = 1_767_323_045_678
  #eventCount = 0
  #isCareful = false
  #kind = 0
  readonly #random: Random
  readonly #wishes: number[][]
  readonly #driftAt: number

  constructor(seed: number, options: { driftAt?: number } = {}) {
    this.#random = createRandom(seed)
    this.#driftAt = options.driftAt ?? 250
    const first = kinds.map(() => Math.floor(this.#random() * routes.length))
    this.#wishes = [first, first.map(wish => 1 - wish)]
  }

  /** The next request: time passes, moods change. @returns what can be seen of it */
  next(): { context: number[]; at: number } {
    const random = this.#random
    const isNewSession = random() < 0.12
    const gapMs = exponential(random, isNewSession ? 5 * hourMs : 2 * minuteMs)
    this.now += gapMs
    // A two-state chain in continuous time: where it is after a gap, exactly.
    const flips = 0.5 * (1 - Math.exp((-2 * gapMs) / moodMs))
    if (random() < flips) this.#isCareful = !this.#isCareful
    if (this.#eventCount++ === this.#driftAt) this.#drift()
    this.#kind = Math.floor(random() * kinds.length)
    const hour = (2 * Math.PI * this.now) / (24 * hourMs)
    const size = Math.max(-1, Math.min(1, 0.8 * (this.#kind - 0.5) + 0.4 * (2 * random() - 1)))
    const oneHot = kinds.map((_, kind) => (kind === this.#kind ? 1 : 0))
    return { context: [...oneHot, size, Math.sin(hour), Math.cos(hour)], at: this.now }
  }

  /** How content they would be with a route now, in the mean: from 0 to 1. */
  value(route: number): number {
    return route === this.#wish() ? 0.9 : 0.1
  }

  /** 1 with the probability of {@link value}, else 0. */
  reward(route: number): number {
    return this.#random() < this.value(route) ? 1 : 0
  }

  #wish(): number {
    return this.#wishes[this.#isCareful ? 1 : 0]?.[this.#kind] ?? 0
  }

  #drift(): void {
    const kind = Math.floor(this.#random() * kinds.length)
    for (const wishes of this.#wishes) {
      wishes[kind] =
        ((wishes[kind] ?? 0) + 1 + Math.floor(this.#random() * (routes.length - 1))) % routes.length
    }
  }
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const moodMs = 40 * minuteMs
const kinds = ['chat', 'code']
const routes = ['device', 'cloud']

const routeShape: OutcomeShape = {
  features: [...kinds, 'size', 'hour-sin', 'hour-cos'],
  options: routes,
}

function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random())
}
