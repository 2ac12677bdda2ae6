import { describe, expect, it } from 'vitest'
import type { ModelEvent } from '../../../src/contracts/index.ts'
import { RecordedModels } from '../../../src/identity/provenance/recorded-models.ts'
import { readSteps } from '../../../src/identity/provenance/recorded-steps.ts'
import { answered, called, finished, message, run, started, text, usage } from './sample-events.ts'

const route = { modelId: 'big', engine: 'remote' }
const nothing = { messages: [] }

describe('the steps of a record', () => {
  it('hold what was said in its pieces, who said it, and how it ended', () => {
    const events = run(
      text('before any step'),
      started(1, { device: 'cpu' }),
      text('One'),
      { type: 'answer-routed', step: 1, route },
      text(' and on.'),
      finished(1, { route }),
      started(2),
    )
    expect(readSteps(events)).toEqual([
      {
        started: { step: 1, modelId: 'model-1', engine: 'scripted', device: 'cpu' },
        texts: ['One', route, ' and on.'],
        calls: [],
        finished: { usage, finishReason: 'stop', route },
      },
      { started: { step: 2, modelId: 'model-2', engine: 'scripted' }, texts: [], calls: [] },
    ])
  })

  it('hold each call once, with the decision about it and what came of it', () => {
    const pay = { toolCallId: 'a', name: 'pay', arguments: { sum: 1 } }
    const events = run(
      started(1),
      { type: 'approval-requested', ...pay },
      { type: 'approval-decided', toolCallId: 'nobody', approved: true },
      { type: 'approval-decided', toolCallId: 'a', approved: false, reason: 'too much' },
      { type: 'tool-called', ...pay },
      answered('a', 'pay', 'no', true),
      { type: 'approval-requested', ...pay, toolCallId: 'b' },
      { type: 'approval-decided', toolCallId: 'b', approved: true },
      finished(1),
    )
    expect(readSteps(events)[0]?.calls).toEqual([
      {
        call: pay,
        wasAccepted: true,
        needsApproval: true,
        decision: { approved: false, reason: 'too much' },
        result: { toolCallId: 'a', name: 'pay', result: 'no', isError: true },
      },
      {
        call: { ...pay, toolCallId: 'b' },
        wasAccepted: false,
        needsApproval: true,
        decision: { approved: true },
      },
    ])
  })

  it('hold calls in the order of the model, with the arguments that it wrote', () => {
    const [first, second] = [
      { toolCallId: 'a', name: 'echo', arguments: { wrong: 1 } },
      { toolCallId: 'b', name: 'slow', arguments: { text: 'x' } },
    ]
    const events = run(
      started(1),
      called('b', 'slow', { text: 'x' }),
      answered('b', 'slow', 'x'),
      answered('a', 'echo', { error: { code: 'invalid-request' } }, true),
      message(first, second),
    )
    const calls = readSteps(events)[0]?.calls ?? []
    expect(calls.map(({ call }) => call)).toEqual([first, second])
    expect(calls.map(({ wasAccepted }) => wasAccepted)).toEqual([false, true])
  })
})

describe('the models of a record', () => {
  const answers = async (models: RecordedModels) => {
    const events: ModelEvent[] = []
    for await (const event of (await models.load()).generate(nothing)) events.push(event)
    return events
  }

  it('say again what was said, piece by piece, and then that the record ends', async () => {
    const models = new RecordedModels(
      readSteps(
        run(
          started(1, { device: 'cpu' }),
          text('A'),
          { type: 'answer-routed', route },
          text('B'),
          finished(1),
        ),
      ),
    )
    const first = {
      modelId: 'model-1',
      name: 'model-1',
      engine: 'scripted',
      isLocal: true,
      supportsTools: true,
    }
    expect(await models.list()).toEqual([{ ...first, device: 'cpu' }])
    expect(await answers(models)).toEqual([
      { type: 'text-delta', text: 'A' },
      { type: 'answer-routed', route },
      { type: 'text-delta', text: 'B' },
      { type: 'finished', usage, finishReason: 'stop' },
    ])
    expect((await models.load()).info.modelId).toBe('model-1')
    await expect(answers(models)).rejects.toMatchObject({ code: 'inference-failed' })
  })

  it('are each the model of the step that comes', async () => {
    const models = new RecordedModels(readSteps(run(started(1), finished(1), started(2), text('On'))))
    const model = await models.load()
    await answers(models)
    expect(model.info).not.toHaveProperty('device')
    expect(model.info.modelId).toBe('model-2')
    const said: ModelEvent[] = []
    const broken = (async () => {
      for await (const event of model.generate(nothing)) said.push(event)
    })()
    await expect(broken).rejects.toMatchObject({ code: 'inference-failed' })
    expect(said).toEqual([{ type: 'text-delta', text: 'On' }])
  })

  it('are none where the run asked none', async () => {
    await expect(new RecordedModels([]).list()).rejects.toMatchObject({ code: 'model-unavailable' })
  })

  it('write calls so that they are refused now for what they were refused for then', async () => {
    const refused = (toolCallId: string, code: string) =>
      answered(toolCallId, 'echo', { error: { code } }, true)
    const events = run(
      started(1),
      called('ok', 'echo', { text: 'a' }),
      refused('large', 'too-large'),
      refused('unreadable', 'invalid-request'),
      refused('wrong', 'invalid-request'),
      refused('unknown', 'not-found'),
      message(
        { toolCallId: 'ok', name: 'echo', arguments: { text: 'a' } },
        { toolCallId: 'large', name: 'echo', arguments: {} },
        { toolCallId: 'unreadable', name: 'echo', arguments: {} },
        { toolCallId: 'wrong', name: 'echo', arguments: { wrong: 1 } },
        { toolCallId: 'unknown', name: 'echo', arguments: {} },
      ),
      finished(1),
    )
    const written = (await answers(new RecordedModels(readSteps(events)))).flatMap(event =>
      event.type === 'tool-call'
        ? [[event.toolCallId, event.argumentsText.trim(), event.argumentsText.length]]
        : [],
    )
    expect(written).toEqual([
      ['ok', '{"text":"a"}', 12],
      ['large', '', 70_000],
      ['unreadable', '[]', 2],
      ['wrong', '{"wrong":1}', 11],
      ['unknown', '{}', 2],
    ])
  })
})
