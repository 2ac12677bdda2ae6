import { describe, expect, it } from 'vitest'
import type { GroupId, GroupRelay } from '../contracts/index.ts'

export interface GroupRelaySuiteOptions {
  /** A new, empty relay. */
  create(): Promise<GroupRelay> | GroupRelay
}

const team = 'team' as GroupId
const others = 'others/..' as GroupId

/** What every {@link GroupRelay} must do. */
export function groupRelaySuite(name: string, options: GroupRelaySuiteOptions): void {
  describe(`${name} is a GroupRelay`, () => {
    const bytes = (...values: number[]) => Uint8Array.from(values)

    it('gives messages back in the order of their sequence, which has no gaps', async () => {
      const relay = await options.create()
      expect(await relay.read(team)).toEqual([])
      expect(await relay.append(team, bytes(1))).toBe(1)
      expect(await relay.append(team, bytes(2, 0, 255))).toBe(2)
      expect(await relay.append(team, bytes())).toBe(3)
      expect(await relay.read(team)).toEqual([
        { sequence: 1, message: bytes(1) },
        { sequence: 2, message: bytes(2, 0, 255) },
        { sequence: 3, message: bytes() },
      ])
      expect(await relay.read(team, { after: 1, limit: 1 })).toEqual([
        { sequence: 2, message: bytes(2, 0, 255) },
      ])
      expect(await relay.read(team, { after: 3 })).toEqual([])
    })

    it('gives each of many at the same time a sequence of its own', async () => {
      const relay = await options.create()
      const sequences = await Promise.all(
        Array.from({ length: 20 }, (_, index) => relay.append(team, bytes(index))),
      )
      expect([...sequences].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      )
      const entries = await relay.read(team)
      for (const [index, sequence] of sequences.entries()) {
        expect(entries[sequence - 1]?.message).toEqual(bytes(index))
      }
    })

    it('keeps groups apart', async () => {
      const relay = await options.create()
      await relay.append(team, bytes(1))
      expect(await relay.append(others, bytes(2))).toBe(1)
      expect(await relay.read(team)).toHaveLength(1)
    })

    it('gives a hundred at once unless told otherwise', async () => {
      const relay = await options.create()
      for (let index = 0; index < 120; index++) await relay.append(team, bytes(index))
      expect(await relay.read(team)).toHaveLength(100)
      expect(await relay.read(team, { after: 100 })).toHaveLength(20)
      expect(await relay.read(team, { limit: 120 })).toHaveLength(120)
    })

    it('keeps a message apart from the bytes that were given and read', async () => {
      const relay = await options.create()
      const message = bytes(1, 2, 3)
      await relay.append(team, message)
      message.fill(0)
      const [read] = await relay.read(team)
      read?.message.fill(9)
      expect(await relay.read(team)).toEqual([{ sequence: 1, message: bytes(1, 2, 3) }])
    })

    it('does nothing for a caller that aborted before', async () => {
      const relay = await options.create()
      const signal = AbortSignal.abort(new Error('gone'))
      await expect(relay.append(team, bytes(1), { signal })).rejects.toThrow('gone')
      await expect(relay.read(team, { signal })).rejects.toThrow('gone')
      expect(await relay.read(team)).toEqual([])
    })
  })
}
