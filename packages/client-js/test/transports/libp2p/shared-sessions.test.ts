import { describe, expect, it } from 'vitest'
import { SharedSessions } from '../../../src/transports/libp2p/shared-sessions.ts'
import { CallingSession } from '../../../src/transports/session/index.ts'
import { createMediumPair } from '../session/medium-pair.ts'

function setUp() {
  const opened: CallingSession[] = []
  const gate = Promise.withResolvers<void>()
  const sessions = new SharedSessions()
  const open = async (onEnd: () => void) => {
    await gate.promise
    const session = new CallingSession(createMediumPair()[0], { onEnd })
    opened.push(session)
    return session
  }
  return {
    opened,
    gate,
    acquire: (signal?: AbortSignal) => sessions.acquire('peer', open, { signal }),
    sessions,
  }
}

describe('shared sessions', () => {
  it('are opened once for all who ask, and closed with the last', async () => {
    const { opened, gate, acquire } = setUp()
    gate.resolve()
    const [first, second] = await Promise.all([acquire(), acquire()])
    expect(opened).toHaveLength(1)
    first.release()
    await Promise.resolve()
    expect(second.session.isOpen).toBe(true)
    second.release()
    await Promise.resolve()
    expect(second.session.isOpen).toBe(false)
    expect((await acquire()).session).not.toBe(second.session)
  })

  it('are closed when everybody who asked gave up meanwhile', async () => {
    const { opened, gate, acquire } = setUp()
    const controller = new AbortController()
    const asking = acquire(controller.signal)
    controller.abort(new Error('never mind'))
    await expect(asking).rejects.toThrow('never mind')
    gate.resolve()
    await expect.poll(() => opened[0]?.isOpen).toBe(false)
  })

  it('stay open for one when another gave up', async () => {
    const { gate, acquire } = setUp()
    const controller = new AbortController()
    const [gaveUp, stayed] = [acquire(controller.signal), acquire()]
    controller.abort(new Error('never mind'))
    await expect(gaveUp).rejects.toThrow('never mind')
    gate.resolve()
    expect((await stayed).session.isOpen).toBe(true)
  })

  it('are closed together, also those still opening', async () => {
    const { opened, gate, acquire, sessions } = setUp()
    const asking = acquire()
    const closing = sessions.close()
    gate.resolve()
    await Promise.all([asking, closing])
    expect(opened.map(({ isOpen }) => isOpen)).toEqual([false])
  })
})
