import { describe, expect, it } from 'vitest'
import {
  type GenerateRequest,
  isLumosError,
  LumosError,
  type UsagePlace,
} from '../../../src/contracts/index.ts'
import { createModelCatalog, createModelRouter, weightedPolicy } from '../../../src/inference/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { answerOf, ask, type FakeModel, fakeModel, fakeSource } from './router-fixture.ts'

/** What a place is like in one stretch of time. */
interface Weather {
  msPerToken: number
  failureRate: number
}

interface SimulatedPlace {
  place: UsagePlace
  model: FakeModel
  /** By stretch. */
  weather: Weather[]
  usdPerAnswer: number
}

const stretches = 4
const requestsPerStretch = 60
const answerTokens = 12
/** Reading is so many times faster than writing. */
const readFactor = 10
const tool = { name: 'search', description: 'Searches', parameters: { type: 'object' } }
/** Nobody answering costs the time until then, and this. */
const failurePenalty = 30

/** mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

class Simulation {
  readonly clock = new ManualClock()
  readonly random: () => number
  readonly places: SimulatedPlace[]
  stretch = 0

  constructor(seed: number) {
    this.random = randomFrom(seed)
    this.places = [
      this.#place('local', 'tiny', { parameters: 135e6, contextLength: 400 }, 0, [40, 120]),
      this.#place(
        'local',
        'small',
        { parameters: 135e6, supportsTools: true, contextLength: 2000 },
        0,
        [60, 400],
      ),
      this.#place(
        'cloud',
        'cloud',
        { parameters: 135e6, supportsTools: true, engine: 'openai-compatible', isLocal: false },
        0.0002,
        [10, 600],
      ),
      this.#place(
        'peer',
        'peer',
        { parameters: 135e6, supportsTools: true, contextLength: 2000 },
        0,
        [20, 500],
      ),
    ]
  }

  #place(
    place: UsagePlace,
    modelId: string,
    info: object,
    usdPerAnswer: number,
    [fast, slow]: [number, number],
  ): SimulatedPlace {
    const weather = Array.from({ length: stretches }, () => ({
      msPerToken: fast + this.random() * (slow - fast),
      failureRate: this.random() < 0.3 ? 0.5 * this.random() : 0.02,
    }))
    const model = fakeModel({ modelId, device: 'wasm', sizeBytes: 1e6, ...info }, () => {
      const { failureRate } = weather[this.stretch] as Weather
      const failsAt = this.random() < failureRate ? Math.floor(this.random() * answerTokens) : undefined
      return Array.from({ length: answerTokens }, (_, at) =>
        at === failsAt ? new LumosError('connection-lost', 'The weather is bad.') : 'word ',
      )
    })
    model.read = tokens =>
      this.clock.advance((tokens * (weather[this.stretch] as Weather).msPerToken) / readFactor)
    model.tick = () => this.clock.advance((weather[this.stretch] as Weather).msPerToken)
    return { place, model, weather, usdPerAnswer }
  }

  request(): GenerateRequest {
    const length = this.random() < 0.2 ? 3000 : 40
    return ask('x'.repeat(length), {
      maxOutputTokens: answerTokens,
      ...(this.random() < 0.3 && { privacy: 'local' as const }),
      ...(this.random() < 0.4 && { tools: [tool] }),
    })
  }

  /** The oracle, which knows nothing of the router's code. */
  mayAndCan({ place, model: { info } }: SimulatedPlace, request: GenerateRequest): boolean {
    if (request.privacy === 'local' && place !== 'local') return false
    if (request.tools !== undefined && !info.supportsTools) return false
    const words = JSON.stringify(request.messages).length + JSON.stringify(request.tools ?? []).length
    return words / 4 < (info.contextLength ?? Number.POSITIVE_INFINITY)
  }

  /** Cost, on average, of always asking in the same order those who may and can, each once, until one answers. */
  fixedCost(order: readonly SimulatedPlace[], asked: readonly [GenerateRequest, number][]): number {
    return asked.reduce((sum, [request, stretch]) => {
      const able = order.filter(place => this.mayAndCan(place, request))
      const cost = able.reduceRight((otherwise, { weather, usdPerAnswer }) => {
        const { msPerToken, failureRate } = weather[stretch] as Weather
        const reading = (msPerToken * wordsOf(request)) / readFactor / 1000
        const writing = (msPerToken * answerTokens) / 1000
        const failing = failureRate * (writing / 2 + otherwise)
        return usdPerAnswer * 5000 + reading + (1 - failureRate) * writing + failing
      }, failurePenalty)
      return sum + cost
    }, 0)
  }
}

function wordsOf({ messages }: GenerateRequest): number {
  return Math.ceil(JSON.stringify(messages).length / 4)
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map(rest => [item, ...rest]))
}

async function simulate(seed: number) {
  const simulation = new Simulation(seed)
  const { clock, places } = simulation
  const [peer] = places.filter(({ place }) => place === 'peer')
  const own = places.filter(({ place }) => place !== 'peer').map(({ model }) => model)
  const router = createModelRouter({
    models: createModelCatalog({ sources: [fakeSource(...own)] }),
    peers: [fakeSource((peer as SimulatedPlace).model)],
    clock,
    // The cost counted below knows no taste for home.
    policy: weightedPolicy({ cloud: 0, peer: 0 }),
    machine: async () => ({ cores: 4, memoryBytes: 16e9 }),
    conditions: async () => ({ battery: 1, heat: 0 }),
    prices: { cloud: { input: 0, output: (0.0002 / answerTokens) * 1e6 } },
  })
  const asked: [GenerateRequest, number][] = []
  let cost = 0
  let unanswered = 0
  for (; simulation.stretch < stretches; simulation.stretch++) {
    for (let count = 0; count < requestsPerStretch; count++) {
      const request = simulation.request()
      if (!places.some(place => simulation.mayAndCan(place, request))) continue
      const seen = places.map(({ model }) => model.seen.length)
      asked.push([request, simulation.stretch])
      const startedAt = clock.now()
      const answer = await answerOf(router, request).catch(error => error)
      cost += (clock.now() - startedAt) / 1000
      const given = places.filter(({ model }, at) => model.seen.length > (seen[at] ?? 0))
      for (const place of given) {
        expect(simulation.mayAndCan(place, request), `seed ${seed}: ${place.model.info.modelId}`).toBe(true)
        cost += place.usdPerAnswer * 5000
      }
      if (answer instanceof Error) {
        if (!isLumosError(answer) || answer.code !== 'connection-lost') throw answer
        unanswered++
        cost += failurePenalty
      } else expect(answer.text.trim().split(' ').length, `seed ${seed}`).toBe(answerTokens)
    }
  }
  const fixed = permutations(places).map(order => simulation.fixedCost(order, asked))
  return { cost, fixed, unanswered, count: asked.length }
}

describe('a router among places that fail, slow down and recover', () => {
  it('never sends away what must stay, never asks who cannot, and costs less than any fixed order of places', async () => {
    const runs = await Promise.all(Array.from({ length: 20 }, (_, seed) => simulate(seed + 1)))
    const total = (pick: (run: (typeof runs)[number]) => number) =>
      runs.reduce((sum, run) => sum + pick(run), 0)
    const count = total(run => run.count)
    const mean = total(run => run.cost) / count
    // One order for all runs is what somebody could have written down; one for each run needs to know the future.
    const orders = runs[0]?.fixed.map((_, at) => total(run => run.fixed[at] as number)) ?? []
    const fixed = Math.min(...orders) / count
    const hindsight = total(run => Math.min(...run.fixed)) / count
    const lost = total(run => run.unanswered)
    const text = [
      `router ${mean.toFixed(2)} s an answer`,
      `best fixed order ${fixed.toFixed(2)} s`,
      `best for each run in hindsight ${hindsight.toFixed(2)} s (regret ${(mean - hindsight).toFixed(2)} s)`,
      `${lost} of ${count} unanswered`,
    ]
    console.info(text.join(', '))
    expect(count).toBeGreaterThan(4000)
    expect(mean).toBeLessThan(fixed)
    expect(mean).toBeLessThan(hindsight * 1.3)
    expect(lost / count).toBeLessThan(0.02)
  }, 60_000)
})
