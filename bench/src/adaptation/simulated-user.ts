import type { OutcomeShape } from '@lomusai/client-js/inference'

/** Numbers in [0, 1). */
type Random = () => number

/**
 * A person who is asked where each of their requests should be answered: on the device or in the cloud.
 *
 * They are in one of two moods, in a hurry or careful, that change at random moments (after 40 minutes in the mean,
 * whether or not they ask anything). Which kinds of request depend on the mood, one at least, and what is wanted in
 * each case, is drawn for each person; half way one kind's wish is turned round for good. They come in sessions:
 * minutes apart within, hours apart between. They are content with 90% of the right answers and with 10% of the wrong
 * ones. The best route is that of whoever knows their mood; nobody who sees only the request can know it.
 */
export class SimulatedUser {
  readonly shape: OutcomeShape = routeShape
  now = 1_767_323_045_678
  #eventCount = 0
  #isCareful = false
  #kind = 0
  readonly #random: Random
  readonly #wishes: number[][]

  constructor(seed: number) {
    this.#random = createRandom(seed)
    const random = this.#random
    const hurried = kinds.map(() => Math.floor(random() * routes.length))
    const moody = Math.floor(random() * kinds.length)
    const areAllMoody = random() < 0.5
    this.#wishes = [hurried, hurried.map((wish, kind) => (areAllMoody || kind === moody ? 1 - wish : wish))]
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
    if (this.#eventCount++ === driftAt) this.#drift()
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
    for (const wishes of this.#wishes) wishes[kind] = 1 - (wishes[kind] ?? 0)
  }
}

/** When one kind's wish is turned round: half way through 500 events. */
const driftAt = 250
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const moodMs = 40 * minuteMs
const kinds = ['chat', 'code']
const routes = ['device', 'cloud']

const routeShape: OutcomeShape = {
  features: [...kinds, 'size', 'hour-sin', 'hour-cos'],
  options: routes,
}

/** Mulberry32. */
function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random())
}
