import { describe, expect, it } from 'vitest'
import { createSystemClock } from '../../src/core/index.ts'
import { createFixture } from './fixture.ts'

const system = createSystemClock()
const hour = 3_600_000

describe('a client whose clock is wrong', () => {
  for (const offsetMs of [-24 * hour, -90_000, 90_000, 24 * hour]) {
    it(`by ${offsetMs / 1000} s learns the node's time and is answered`, async () => {
      const clock = { now: () => system.now() + offsetMs, setTimer: system.setTimer.bind(system) }
      await using fixture = await createFixture(['Hello.'], { clock })
      const { client } = fixture
      expect(await client.getNode()).toMatchObject({ name: 'Fixture' })
      expect((await client.getAgent('assistant').generate('Hi')).text).toBe('Hello.')
      await expect(client.getAgent('nobody').details()).rejects.toMatchObject({ code: 'not-found' })
    })
  }

  it('does not try for ever', async () => {
    let ticks = 0
    // Time runs so fast that whatever is signed is too old.
    const clock = { now: () => system.now() - 200_000 * ++ticks, setTimer: system.setTimer.bind(system) }
    await using fixture = await createFixture([], { clock, timeoutMs: 3_000_000 })
    await expect(fixture.client.getNode()).rejects.toMatchObject({ code: 'invalid-proof' })
  })
})
