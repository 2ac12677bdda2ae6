import { describe, expect, it } from 'vitest'
import { textOfEvents } from '../../src/client/text-of-events.ts'
import type { RunEvent } from '../../src/index.ts'

const started = { type: 'run-started' }
const step = (number: number) => ({ type: 'step-started', step: number })
const text = (...pieces: string[]) => pieces.map(piece => ({ type: 'text-delta', text: piece }))
const finished = { type: 'run-finished' }

async function read(...events: object[]): Promise<string[]> {
  async function* source() {
    yield* events as RunEvent[]
  }
  const pieces: string[] = []
  for await (const piece of textOfEvents(source())) pieces.push(piece)
  return pieces
}

describe('the text of a run', () => {
  it('hides a restart that says the same again, however it is cut', async () => {
    const pieces = await read(
      started,
      step(1),
      ...text('ab', 'cd'),
      started,
      step(1),
      ...text('a', 'bcde', 'f'),
      finished,
    )
    expect(pieces).toEqual(['ab', 'cd', 'e', 'f'])
  })

  it('hides a step that starts again, and keeps the steps before it', async () => {
    const pieces = await read(
      started,
      step(1),
      ...text('one '),
      step(2),
      ...text('two '),
      step(2),
      ...text('two three'),
      finished,
    )
    expect(pieces).toEqual(['one ', 'two ', 'three'])
  })

  it('ends with connection-lost when a restart says something else', async () => {
    const other = read(started, step(1), ...text('abc'), started, step(1), ...text('axc'), finished)
    await expect(other).rejects.toMatchObject({ code: 'connection-lost', retryable: false })
    const shorter = read(started, step(1), ...text('abc'), started, step(1), ...text('ab'), finished)
    await expect(shorter).rejects.toMatchObject({ code: 'connection-lost' })
  })

  it('ends with the error of a run that failed', async () => {
    const error = { code: 'inference-failed', message: 'No.', retryable: false }
    await expect(read(started, step(1), { ...finished, error })).rejects.toMatchObject(error)
  })
})
