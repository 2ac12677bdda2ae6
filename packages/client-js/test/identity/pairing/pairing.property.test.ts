import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PairingChannel } from '../../../src/contracts/index.ts'
import { MemoryPairingChannel } from '../../../src/testing/memory-pairing-channel.ts'
import { PairingWorld } from './pairing-world.ts'

let world: PairingWorld
beforeEach(async () => {
  world = await PairingWorld.create()
})

describe('messages that were meddled with', () => {
  const codes = ['invalid-request', 'invalid-proof', 'malformed-frame', 'too-large']

  it('2,000 broken links are refused, each with a code of ours', { timeout: 60_000 }, async () => {
    const { link } = await world.offer()
    const bytes = Buffer.from(link)
    const mutation = fc.record({
      at: fc.nat(bytes.length - 1),
      to: fc.nat(255),
      cut: fc.nat(bytes.length - 1),
    })
    await fc.assert(
      fc.asyncProperty(mutation, fc.boolean(), async ({ at, to, cut }, isCut) => {
        const changed = Buffer.from(bytes)
        changed[at] = to
        const text = (isCut ? changed.subarray(0, cut) : changed).toString('latin1')
        fc.pre(text.replaceAll(/\s/g, '') !== link)
        const error = await world.answer(text).catch(reason => reason)
        expect(codes).toContain(error.code)
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['hello', 'reveal', 'grant'])(
    '200 mutations of the %s message end the pairing and change nothing',
    { timeout: 60_000 },
    async step => {
      const position = ['hello', 'reveal', 'grant'].indexOf(step)
      await fc.assert(
        fc.asyncProperty(
          fc.nat(),
          fc.integer({ min: 1, max: 255 }),
          fc.boolean(),
          async (at, flip, isCut) => {
            const inner = new MemoryPairingChannel()
            let count = 0
            const meddling: PairingChannel = {
              send(name, message, options) {
                const changed = message.slice(
                  0,
                  isCut && count === position ? at % message.length : undefined,
                )
                if (count++ === position && !isCut) {
                  changed[at % message.length] = (changed[at % message.length] ?? 0) ^ flip
                }
                return inner.send(name, changed, options)
              },
              receive: (name, options) => inner.receive(name, options),
            }
            const offered = await world.offer({ channel: meddling })
            const outcome = await Promise.race([
              Promise.all([world.answer(offered.link, { channel: meddling }), offered.code])
                .then(([answered]) => answered.confirm())
                .then(() => offered.confirm()),
              offered.code.then(() => new Promise<never>(() => {})),
            ]).catch(reason => reason)
            offered.cancel()
            expect(codes).toContain(outcome.code)
          },
        ),
        { numRuns: 200 },
      )
    },
  )
})
