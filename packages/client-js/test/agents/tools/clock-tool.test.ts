import { describe, expect, it } from 'vitest'
import { clock } from '../../../src/agents/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { toolContext, toolSuite } from '../../../src/testing/tool-suite.ts'

const noon = new ManualClock(Date.UTC(2026, 10, 24, 12, 0, 9))

toolSuite('clock', { create: () => clock({ clock: noon }), arguments: { timezone: 'Asia/Tokyo' } })

describe('clock', () => {
  const tell = (timezone?: string) =>
    clock({ clock: noon, timezone: 'Europe/Paris' }).execute(
      timezone === undefined ? {} : { timezone },
      toolContext(),
    )

  it.each([
    ['Asia/Tokyo', 'Tuesday 24 November 2026, 21:00:09 (Asia/Tokyo, UTC+09:00)'],
    ['asia/tokyo', 'Tuesday 24 November 2026, 21:00:09 (Asia/Tokyo, UTC+09:00)'],
    ['UTC', 'Tuesday 24 November 2026, 12:00:09 (UTC, UTC)'],
    ['Europe/Tokyo', 'Tuesday 24 November 2026, 21:00:09 (Asia/Tokyo, UTC+09:00)'],
    ['São Paulo', 'Tuesday 24 November 2026, 09:00:09 (America/Sao_Paulo, UTC-03:00)'],
    ['New York', 'Tuesday 24 November 2026, 07:00:09 (America/New_York, UTC-05:00)'],
  ])('knows %s', async (timezone, expected) => {
    expect(await tell(timezone)).toBe(expected)
  })

  it.each([undefined, '', '  '])('tells the local time when asked for %j', async timezone => {
    expect(await tell(timezone)).toContain('13:00:09 (Europe/Paris')
  })

  it('says of an unknown zone what would do', async () => {
    await expect(tell('Mars')).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(tell('america')).rejects.toThrow(/America\//)
  })
})
