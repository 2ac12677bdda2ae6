import { Connections, type ConnectionsOptions } from '../../src/connections/index.ts'
import type {
  AgentId,
  AgentRunParams,
  MessageId,
  Place,
  RequestHandler,
  RunEvent,
} from '../../src/contracts/index.ts'
import { createId } from '../../src/core/index.ts'
import { createIdentity } from '../../src/identity.ts'
import { FlakyTransport } from '../../src/testing/flaky-transport.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'

/** A repeatable die: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Simulation {
  clock: ManualClock
  transport: FlakyTransport
  connections: Connections
  /** Lets time pass until the promise settles. */
  settle<T>(promise: Promise<T>): Promise<T>
}

/** Connections over a network that a test, or a seed, breaks; time moves only inside `settle`. */
export function simulate(
  hosts: Record<string, { kind: Place['kind']; handler: RequestHandler }>,
  options: Partial<ConnectionsOptions> & { seed?: number } = {},
): Simulation {
  const { seed = 1, ...rest } = options
  const random = seededRandom(seed)
  const clock = new ManualClock()
  const handlers = Object.entries(hosts).map(([address, { handler }]) => [address, handler] as const)
  const transport = new FlakyTransport(Object.fromEntries(handlers), { random })
  const identity = createIdentity()
  const connections = new Connections({
    places: Object.entries(hosts).map(([address, { kind }]) => ({ kind, address })),
    transports: [transport],
    identity: () => identity,
    clock,
    random,
    ...rest,
  })
  return { clock, transport, connections, settle: promise => settle(clock, promise) }
}

async function settle<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  let isSettled = false
  const done = () => {
    isSettled = true
  }
  promise.then(done, done)
  // Signing is the platform's work and ends in its own time, so each step gives it a turn of the event loop.
  for (let turn = 0; !isSettled; turn++) {
    await new Promise(resolve => setImmediate(resolve))
    if (turn % 4 === 3) clock.advance(25)
  }
  return promise
}

export function ask(text: string): AgentRunParams {
  const messageId = createId() as MessageId
  return { agentId: 'assistant' as AgentId, messages: [{ messageId, role: 'ROLE_USER', parts: [{ text }] }] }
}

export async function collect(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const collected: RunEvent[] = []
  for await (const event of events) collected.push(event)
  return collected
}

export function textOfEvents(events: RunEvent[]): string {
  return events.map(event => (event.type === 'text-delta' ? event.text : '')).join('')
}
