import type { Thread } from '@lomusai/client-js'
import { describe, expect, it } from 'vitest'
import { groupThreads, mergeThreads, type ThreadEntry } from '../../src/threads/merge-threads.ts'

const thread = (threadId: string, updatedAt: string, title = threadId): Thread =>
  ({ threadId, title, createdAt: updatedAt, updatedAt }) as Thread

describe('mergeThreads', () => {
  it('lists a conversation that lives in two places once, the newer place first', () => {
    const merged = mergeThreads([
      {
        place: 'cloud',
        threads: [thread('a', '2026-11-24T10:00:00Z', 'old'), thread('b', '2026-11-24T11:00:00Z')],
      },
      { place: 'local', threads: [thread('a', '2026-11-24T12:00:00Z', 'new')] },
    ])
    expect(merged.map(entry => entry.threadId)).toEqual(['a', 'b'])
    expect(merged[0]).toMatchObject({ title: 'new', places: ['local', 'cloud'] })
  })
})

describe('groupThreads', () => {
  const now = new Date(2026, 10, 24, 9, 0)
  const entry = (threadId: string, date: Date) =>
    ({ threadId, updatedAt: date.getTime(), places: ['cloud'] }) as unknown as ThreadEntry

  it('groups by the viewer’s days, not by hours passed, and leaves out empty groups', () => {
    const groups = groupThreads(
      [
        entry('midnight', new Date(2026, 10, 24, 0, 0)),
        entry('late last night', new Date(2026, 10, 23, 23, 59)),
        entry('years ago', new Date(2019, 0, 1)),
      ],
      now,
    )
    expect(groups.map(({ group, entries }) => [group, entries.map(one => one.threadId)])).toEqual([
      ['today', ['midnight']],
      ['yesterday', ['late last night']],
      ['earlier', ['years ago']],
    ])
  })
})
