import { describe, expect, it } from 'vitest'
import { collect } from '../../src/testing/host-fixture.ts'
import { setUpHost } from './host-setup.ts'

describe('model.generate', () => {
  it('streams the model’s own events, numbered', async () => {
    const { alice, model } = await setUpHost({ script: ['one two'] })
    const params = { messages: [{ role: 'user' as const, content: 'count' }], maxOutputTokens: 5 }
    const events = await collect(alice.stream('model.generate', params))
    expect(events).toMatchObject([
      { id: 1, type: 'text-delta', text: 'one' },
      { id: 2, type: 'text-delta', text: ' two' },
      { id: 3, type: 'finished', finishReason: 'stop' },
    ])
    expect(model.requests).toEqual([params])
  })

  it('ends with its reader and at its deadline', async () => {
    const script = () => ({
      text: 'one two',
      gate: (chunk: number) => (chunk === 1 ? new Promise<void>(() => {}) : undefined),
    })
    const { alice, model } = await setUpHost({ script })
    const params = { messages: [{ role: 'user' as const, content: 'count' }] }
    const controller = new AbortController()
    const reading = (async () => {
      for await (const _ of alice.stream('model.generate', params, { signal: controller.signal })) {
        controller.abort(new Error('left'))
      }
    })()
    await expect(reading).rejects.toThrow('left')
    const late = collect(alice.stream('model.generate', params, { deadline: Date.now() + 100 }))
    await expect(late).rejects.toMatchObject({ code: 'deadline-exceeded' })
    expect(model.requests).toHaveLength(2)
  })
})
