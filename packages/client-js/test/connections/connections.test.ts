import { describe, expect, it } from 'vitest'
import { LumosError } from '../../src/contracts/index.ts'
import { createIdentity } from '../../src/identity.ts'
import { SimulatedHost } from '../../src/testing/simulated-host.ts'
import { simulate } from './simulation.ts'

async function createHost(): Promise<SimulatedHost> {
  return new SimulatedHost((await createIdentity()).did)
}

const call = { name: 'counter', arguments: { step: 1 } }

describe('a call', () => {
  it('is executed once, over 60 seeds of a bad network', async () => {
    let retries = 0
    for (let seed = 1; seed <= 60; seed++) {
      const host = await createHost()
      const { connections, transport, settle } = simulate(
        { cloud: { kind: 'cloud', handler: host } },
        { seed, timeoutMs: 3_600_000 },
      )
      transport.faults = { dial: 0.3, request: 0.3, event: 0.3 }
      connections.on('connection-closed', () => retries++)
      for (let step = 1; step <= 3; step++) {
        const { result } = await settle(
          connections.call('tool.call', { name: 'counter', arguments: { step } }),
        )
        expect(result, `seed ${seed}`).toBe(step)
      }
      expect(host.executions, `seed ${seed}`).toEqual([{ step: 1 }, { step: 2 }, { step: 3 }])
      await connections.stop()
    }
    expect(retries).toBeGreaterThan(60)
  })

  it('takes the first place that answers, in the order local, cloud, peer', async () => {
    const [peer, cloud, local] = [await createHost(), await createHost(), await createHost()]
    const { connections, transport, settle } = simulate({
      peer: { kind: 'peer', handler: peer },
      cloud: { kind: 'cloud', handler: cloud },
      local: { kind: 'local', handler: local },
    })
    await settle(connections.call('tool.call', call))
    transport.cut('local')
    await settle(connections.call('tool.call', call))
    transport.cut('cloud')
    await settle(connections.call('tool.call', call))
    expect([local, cloud, peer].map(host => host.executions.length)).toEqual([1, 1, 1])
  })

  it('never goes to a second place once the first may have executed it', async () => {
    const [local, cloud] = [await createHost(), await createHost()]
    const { connections, transport, clock, settle } = simulate({
      local: { kind: 'local', handler: local },
      cloud: { kind: 'cloud', handler: cloud },
    })
    await settle(connections.call('agent.list', {}))
    transport.faults = { dial: 0, request: 0, event: 1 }
    const lost = connections.call('tool.call', call, { deadlineMs: 20_000 })
    clock.setTimer(1000, () => {
      transport.faults = { dial: 0, request: 0, event: 0 }
    })
    expect(await settle(lost)).toEqual({ result: 1 })
    expect(local.executions.length).toBe(1)
    expect(cloud.executions.length).toBe(0)
  })

  it('asks the next place for what the first does not have', async () => {
    const [local, cloud] = [await createHost(), await createHost()]
    cloud.threads.set('thread-in-the-cloud' as never, [])
    const { connections, settle } = simulate({
      local: { kind: 'local', handler: local },
      cloud: { kind: 'cloud', handler: cloud },
    })
    const message = { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'hello' }] } as never
    const params = { threadId: 'thread-in-the-cloud' as never, messages: [message] }
    await settle(connections.call('message.add', params))
    expect(cloud.threads.get('thread-in-the-cloud' as never)).toEqual([message])
  })

  it('does not retry a refusal', async () => {
    const host = await createHost()
    host.refusal = new LumosError('invalid-request', 'No.')
    const { connections, settle } = simulate({ cloud: { kind: 'cloud', handler: host } })
    await expect(settle(connections.call('tool.call', call))).rejects.toMatchObject({
      code: 'invalid-request',
    })
    expect(host.executions).toEqual([])
  })

  it('comes back after the time that a busy node asks for', async () => {
    const host = await createHost()
    const { connections, clock, settle } = simulate({ cloud: { kind: 'cloud', handler: host } })
    const before = clock.now()
    host.refusal = new LumosError('rate-limited', 'Later.', { details: { retryAfterMs: 3000 } })
    await settle(connections.call('tool.call', call))
    expect(clock.now() - before).toBeGreaterThanOrEqual(3000)
    host.refusal = new LumosError('rate-limited', 'Much later.', { details: { retryAfterMs: 600_000 } })
    await expect(settle(connections.call('tool.call', call))).rejects.toMatchObject({ code: 'rate-limited' })
  })

  it('says how to configure a place when there is none of the chosen kind', async () => {
    const { connections, settle } = simulate({ cloud: { kind: 'cloud', handler: await createHost() } })
    await expect(settle(connections.call('agent.list', {}, { place: 'peer' }))).rejects.toMatchObject({
      code: 'no-place-available',
      message: expect.stringContaining('createClient'),
    })
  })
})

describe('while no place answers', () => {
  it('requests wait, and all go out when one is back', async () => {
    const host = await createHost()
    const { connections, transport, clock, settle } = simulate({ cloud: { kind: 'cloud', handler: host } })
    const states: string[] = []
    connections.on('client-offline', () => states.push('offline'))
    connections.on('client-online', () => states.push('online'))
    transport.cut('cloud')
    const calls = Array.from({ length: 20 }, () => connections.call('tool.call', call))
    clock.setTimer(10_000, () => transport.restore('cloud'))
    const results = await settle(Promise.all(calls))
    expect(results.map(({ result }) => result).sort()).toHaveLength(20)
    expect(host.executions).toHaveLength(20)
    expect(states).toEqual(['offline', 'online'])
  })

  it('a request gives up at its deadline, with the last failure as cause', async () => {
    const { connections, transport, clock, settle } = simulate({
      cloud: { kind: 'cloud', handler: await createHost() },
    })
    transport.cut('cloud')
    const before = clock.now()
    await expect(settle(connections.call('agent.list', {}, { deadlineMs: 5000 }))).rejects.toMatchObject({
      code: 'no-place-available',
      cause: { code: 'dial-failed' },
    })
    expect(clock.now() - before).toBeGreaterThanOrEqual(5000)
    expect(clock.timerCount).toBe(0)
  })

  it('only so many wait; more are refused at once', async () => {
    const { connections, transport, settle } = simulate(
      { cloud: { kind: 'cloud', handler: await createHost() } },
      { maxWaiting: 3, timeoutMs: 5000 },
    )
    transport.cut('cloud')
    const calls = Array.from({ length: 5 }, () => connections.call('agent.list', {}))
    const outcomes = await settle(Promise.allSettled(calls))
    const messages = outcomes.map(outcome => (outcome as PromiseRejectedResult).reason.message)
    expect(messages.filter(message => message.includes('3 requests wait'))).toHaveLength(2)
  })

  it('a choice of another place lets them go on', async () => {
    const [cloud, peer] = [await createHost(), await createHost()]
    const { connections, transport, clock, settle } = simulate(
      { cloud: { kind: 'cloud', handler: cloud }, peer: { kind: 'peer', handler: peer } },
      { place: 'cloud' },
    )
    transport.cut('cloud')
    clock.setTimer(1000, () => {
      connections.place = 'peer'
    })
    await settle(connections.call('tool.call', call))
    expect(peer.executions).toHaveLength(1)
  })

  it('the machine’s network coming back ends the wait at once', async () => {
    const host = await createHost()
    let tell: (isOnline: boolean) => void = () => {}
    const { connections, transport, clock, settle } = simulate(
      { cloud: { kind: 'cloud', handler: host } },
      {
        backoff: { baseMs: 60_000, maxMs: 60_000 },
        watchNetwork: listener => {
          tell = listener
          return () => {}
        },
      },
    )
    await settle(connections.call('agent.list', {}))
    tell(false)
    transport.cut('cloud')
    const before = clock.now()
    const waiting = connections.call('tool.call', call)
    clock.setTimer(500, () => {
      transport.restore('cloud')
      tell(true)
    })
    await settle(waiting)
    expect(clock.now() - before).toBeLessThan(1000)
  })

  it('stopping the client ends every wait, and further calls', async () => {
    const { connections, transport, clock, settle } = simulate({
      cloud: { kind: 'cloud', handler: await createHost() },
    })
    transport.cut('cloud')
    const waiting = connections.call('agent.list', {})
    clock.setTimer(1000, () => connections.stop())
    await expect(settle(waiting)).rejects.toMatchObject({ code: 'no-place-available', retryable: false })
    await expect(settle(connections.call('agent.list', {}))).rejects.toMatchObject({ retryable: false })
    expect(clock.timerCount).toBe(0)
  })
})

describe('a place that fails', () => {
  it('is dialled ever more rarely, and once for all who wait', async () => {
    const { connections, transport, clock, settle } = simulate({
      cloud: { kind: 'cloud', handler: await createHost() },
    })
    transport.cut('cloud')
    const dials: number[] = []
    const dial = transport.dial.bind(transport)
    transport.dial = (address, options) => {
      dials.push(clock.now())
      return dial(address, options)
    }
    const calls = Array.from({ length: 10 }, () => connections.call('agent.list', {}, { deadlineMs: 60_000 }))
    await settle(Promise.allSettled(calls))
    expect(dials.length).toBeGreaterThan(5)
    expect(dials.length).toBeLessThan(12)
    const gaps = dials.slice(1).map((at, index) => at - (dials[index] as number))
    expect(gaps.at(-1)).toBeGreaterThan(10 * (gaps[0] as number))
  })

  it('shows in the list, with who answered and how fast while it was open', async () => {
    const host = await createHost()
    const { connections, transport, settle } = simulate({ cloud: { kind: 'cloud', handler: host } })
    expect(connections.list()).toEqual([{ place: { kind: 'cloud', address: 'cloud' }, isOpen: false }])
    await settle(connections.call('agent.list', {}))
    expect(connections.list()).toMatchObject([{ isOpen: true, nodeId: host.nodeId, latencyMs: 0 }])
    transport.cut('cloud')
    expect(connections.list()).toMatchObject([{ isOpen: false }])
  })
})
