import { describe, expect, it } from 'vitest'
import { createAssistant } from '../../../src/agents/index.ts'
import type { RunBlock, RunEvent, SignedRunRecord } from '../../../src/contracts/index.ts'
import { replayRun } from '../../../src/identity.ts'
import { createSampleAgent, recordedRun } from './recorded-run.ts'

/** The record with its events changed. */
function withEvents(
  record: SignedRunRecord,
  change: (event: RunEvent) => RunEvent | RunEvent[],
): SignedRunRecord {
  const blocks = record.blocks.map(
    (block): RunBlock =>
      block.type === 'events' ? { ...block, events: block.events.flatMap(change) } : block,
  )
  return { ...record, blocks }
}

describe('a run that is replayed', () => {
  it('does the same again, through the real agent: text, calls good and bad, failures, decisions', async () => {
    const { record, events, host } = await recordedRun()
    await host.stop()
    expect(events.filter(({ type }) => type === 'tool-finished')).toHaveLength(9)
    const replay = await replayRun(record, { createAgent: createSampleAgent })
    expect(replay).toEqual({ isSame: true, sameEvents: events.length - 2 })
  })

  it('asks no model and runs no tool but those of the record', async () => {
    const { record, host } = await recordedRun({
      script: [{ toolCalls: [{ name: 'echo', arguments: { text: 'hi' } }] }, 'Hi.'],
    })
    await host.stop()
    const seen: string[] = []
    await replayRun(record, {
      createAgent({ models, tools }) {
        seen.push(...tools.map(({ name }) => name))
        return createAssistant({ models, tools })
      },
    })
    expect(seen).toEqual(['echo', 'slow', 'fail', 'pay'])
  })

  it.each<[string, (event: RunEvent) => RunEvent | RunEvent[]]>([
    [
      'a message that the agent did not write',
      event =>
        event.type === 'message-added'
          ? { ...event, message: { ...event.message, parts: [{ text: 'Something else.' }] } }
          : event,
    ],
    [
      'a tool that was not called',
      event => (event.type === 'tool-called' && event.name === 'slow' ? [] : event),
    ],
    ['an approval that was not asked for', event => (event.type === 'approval-requested' ? [] : event)],
    ['a message left out', event => (event.type === 'message-added' ? [] : event)],
    [
      'a result that the conversation does not have',
      event =>
        event.type === 'tool-finished' && event.name === 'echo' ? { ...event, result: 'forged' } : event,
    ],
  ])('shows %s', async (_what, change) => {
    const { record, host } = await recordedRun()
    await host.stop()
    const replay = await replayRun(withEvents(record, change), { createAgent: createSampleAgent })
    expect(replay.isSame).toBe(false)
    expect(replay.difference).toBeDefined()
  })

  it('shows that another agent would have done otherwise', async () => {
    const { record, host } = await recordedRun()
    await host.stop()
    const replay = await replayRun(record, {
      createAgent: ({ models }) => createAssistant({ models, tools: [] }),
    })
    expect(replay.isSame).toBe(false)
  })

  it('is compared as far as it went when it was stopped, or failed', async () => {
    const { record, host, events } = await recordedRun({
      script: [
        { toolCalls: [{ name: 'echo', arguments: { text: 'hi' } }] },
        { text: 'I am about to', error: new Error('The device is gone.') },
      ],
    })
    await host.stop()
    expect(events.at(-1)).toMatchObject({ status: { state: 'TASK_STATE_FAILED' } })
    expect(await replayRun(record, { createAgent: createSampleAgent })).toEqual({
      isSame: true,
      sameEvents: events.length - 2,
    })
  })

  it('is not begun without what the run began with', async () => {
    const { record, host } = await recordedRun({ script: ['Done.'] })
    await host.stop()
    const cut = { ...record, blocks: record.blocks.slice(1) }
    await expect(replayRun(cut, { createAgent: createSampleAgent })).rejects.toThrow('verify it first')
    await expect(replayRun({ ...record, blocks: [] }, { createAgent: createSampleAgent })).rejects.toThrow(
      'verify it first',
    )
  })

  it('takes a step that started again as it was the last time', async () => {
    const { record, host, events } = await recordedRun({ script: ['One and done.'] })
    await host.stop()
    const started = events.find(({ type }) => type === 'step-started') as RunEvent
    const twice = withEvents(record, event =>
      event.type === 'step-started'
        ? [started, { id: 3, type: 'text-delta', messageId: 'old' as never, text: 'One, I' }, event]
        : event,
    )
    expect(await replayRun(twice, { createAgent: createSampleAgent })).toMatchObject({ isSame: true })
  })
})
