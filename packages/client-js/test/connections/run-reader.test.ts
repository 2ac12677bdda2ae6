import { describe, expect, it } from 'vitest'
import { LumosError, type Place, type RunEvent } from '../../src/contracts/index.ts'
import { createIdentity } from '../../src/identity.ts'
import { SimulatedHost } from '../../src/testing/simulated-host.ts'
import { ask, collect, simulate, textOfEvents } from './simulation.ts'

const words = Array.from({ length: 40 }, (_, index) => `${index} `)

async function twoHosts() {
  const local = new SimulatedHost((await createIdentity()).did, () => words)
  const cloud = new SimulatedHost((await createIdentity()).did, () => ['from ', 'the ', 'cloud'])
  const places = {
    local: { kind: 'local', handler: local },
    cloud: { kind: 'cloud', handler: cloud },
  } as const
  return { local, cloud, places }
}

/** Reads `count` events and leaves the rest for later. */
async function take(events: AsyncGenerator<RunEvent, void>, count: number): Promise<RunEvent[]> {
  const taken: RunEvent[] = []
  while (taken.length < count) {
    const { value, done } = await events.next()
    if (done) break
    taken.push(value)
  }
  return taken
}

describe('reading a run', () => {
  it('loses nothing, repeats nothing and starts one run over 60 seeds of a bad network', async () => {
    let breaks = 0
    for (let seed = 1; seed <= 60; seed++) {
      const host = new SimulatedHost((await createIdentity()).did, () => words)
      const { connections, transport, settle } = simulate(
        { cloud: { kind: 'cloud', handler: host } },
        { seed },
      )
      transport.faults = { dial: 0.3, request: 0.2, event: 0.05 }
      connections.on('connection-closed', () => breaks++)
      const events = await settle(collect(connections.run(ask('count')).read()))
      const ids = events.map(({ id }) => id)
      expect(ids, `seed ${seed}`).toEqual(Array.from({ length: words.length + 5 }, (_, index) => index + 1))
      expect(textOfEvents(events), `seed ${seed}`).toBe(words.join(''))
      expect(host.runs.size, `seed ${seed}`).toBe(1)
      await connections.stop()
    }
    expect(breaks).toBeGreaterThan(100)
  })

  it('goes on at the same place when that comes back in time', async () => {
    const { local, cloud, places } = await twoHosts()
    const { connections, transport, clock, settle } = simulate(places, { resumeTimeoutMs: 5000 })
    const events = connections.run(ask('count')).read()
    const first = await settle(take(events, 10))
    transport.cut('local')
    clock.setTimer(2000, () => transport.restore('local'))
    const rest = await settle(collect(events))
    expect([...first, ...rest].map(({ id }) => id)).toEqual(
      Array.from({ length: words.length + 5 }, (_, index) => index + 1),
    )
    expect(local.runs.size).toBe(1)
    expect(cloud.runs.size).toBe(0)
  })

  it('starts again at the next place when its own stays away, and says so', async () => {
    const { cloud, places } = await twoHosts()
    const { connections, transport, settle } = simulate(places, { resumeTimeoutMs: 5000 })
    const moves: { from: Place; to: Place }[] = []
    connections.on('place-changed', ({ from, to }) => moves.push({ from, to }))
    const reader = connections.run(ask('count'))
    const events = reader.read()
    const first = await settle(take(events, 10))
    transport.cut('local')
    const rest = await settle(collect(events))
    expect(first[0]?.type).toBe('run-started')
    expect(rest[0]).toMatchObject({ id: 1, type: 'run-started', nodeId: cloud.nodeId })
    expect(textOfEvents(rest)).toBe('from the cloud')
    expect(rest.at(-1)?.type).toBe('run-finished')
    expect(moves).toEqual([
      { from: { kind: 'local', address: 'local' }, to: { kind: 'cloud', address: 'cloud' } },
    ])
    expect(reader.place?.kind).toBe('cloud')
  })

  it('brings the conversation so far to the place it moves to', async () => {
    const { local, cloud, places } = await twoHosts()
    const { connections, transport, settle } = simulate(places, { resumeTimeoutMs: 1000 })
    const [started] = await settle(collect(connections.run(ask('first')).read()))
    const { threadId } = started as RunEvent & { type: 'run-started' }
    transport.cut('local')
    const second = { ...ask('second'), threadId }
    const [moved] = await settle(collect(connections.run(second).read()))
    expect(moved).toMatchObject({ type: 'run-started', threadId, nodeId: cloud.nodeId })
    const told = cloud.threads.get(threadId)?.map(({ parts }) => parts[0]?.text)
    expect(told).toEqual(['first', words.join(''), 'second', 'from the cloud'])
    transport.restore('local')
    await settle(collect(connections.run({ ...ask('third'), threadId }).read()))
    expect(local.runs.size).toBe(1)
    expect(cloud.runs.size).toBe(2)
  })

  it('stops the run it left behind once that place is back', async () => {
    const { local, places } = await twoHosts()
    const { connections, transport, settle } = simulate(places, { resumeTimeoutMs: 1000 })
    const events = connections.run(ask('count')).read()
    const [started] = await settle(take(events, 10))
    transport.cut('local')
    await settle(collect(events))
    transport.restore('local')
    await settle(connections.call('agent.list', {}, { place: 'local' }))
    const { runId } = started as RunEvent & { type: 'run-started' }
    await expect.poll(() => local.stoppedRuns).toEqual([runId])
  })

  it('starts again where it was when the node forgot the run', async () => {
    const { local, places } = await twoHosts()
    const { connections, transport, settle } = simulate(places, { place: 'local' })
    const events = connections.run(ask('count')).read()
    await settle(take(events, 10))
    transport.cut('local')
    local.forget()
    transport.restore('local')
    const rest = await settle(collect(events))
    expect(rest[0]).toMatchObject({ id: 1, type: 'run-started' })
    expect(textOfEvents(rest)).toBe(words.join(''))
  })

  it('goes on where it was left, and the run never knew', async () => {
    const { local, places } = await twoHosts()
    const { connections, settle } = simulate(places)
    const reader = connections.run(ask('count'))
    const leaving = reader.read()
    const first = await settle(take(leaving, 10))
    await leaving.return()
    const rest = await settle(collect(reader.read()))
    expect(rest[0]?.id).toBe(11)
    expect(first.length + rest.length).toBe(words.length + 5)
    expect(local.stoppedRuns).toEqual([])
  })

  it('rejects with the reason when aborted while the place is away', async () => {
    const { places } = await twoHosts()
    const { connections, transport, settle } = simulate(places, { place: 'local' })
    const abort = new AbortController()
    const events = connections.run(ask('count')).read(abort.signal)
    await settle(take(events, 10))
    transport.cut('local')
    const rest = collect(events)
    abort.abort(new Error('enough'))
    await expect(settle(rest)).rejects.toThrow('enough')
  })

  it('ends with deadline-exceeded when the place stays away until then', async () => {
    const { places } = await twoHosts()
    const { connections, transport, clock, settle } = simulate(places)
    const events = connections.run(ask('count'), { place: 'local', deadlineMs: 30_000 }).read()
    await settle(take(events, 10))
    const before = clock.now()
    transport.cut('local')
    await expect(settle(collect(events))).rejects.toMatchObject({ code: 'deadline-exceeded' })
    expect(clock.now() - before).toBeLessThan(36_000)
  })

  it('passes a refusal on at once', async () => {
    const { local, places } = await twoHosts()
    const { connections, settle } = simulate(places)
    local.refusal = new LumosError('forbidden', 'Not you.')
    await expect(settle(collect(connections.run(ask('count')).read()))).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('finds a run at whichever place has it', async () => {
    const { cloud, places } = await twoHosts()
    const simulation = simulate(places)
    const [started] = await simulation.settle(
      collect(simulation.connections.run(ask('count'), { place: 'cloud' }).read()),
    )
    const { runId } = started as RunEvent & { type: 'run-started' }
    const stranger = simulate(places)
    const events = await stranger.settle(collect(stranger.connections.observe({ runId, offset: 2 }).read()))
    expect(events.map(({ id }) => id)).toEqual([3, 4, 5, 6, 7, 8])
    expect(cloud.runs.size).toBe(1)
  })

  it('answers not-found for a run that no place has', async () => {
    const { places } = await twoHosts()
    const { connections, settle } = simulate(places)
    const events = connections.observe({ runId: 'run-nobody-knows' as never }).read()
    await expect(settle(collect(events))).rejects.toMatchObject({ code: 'not-found' })
  })
})
