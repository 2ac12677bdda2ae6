import { afterEach, describe, expect, it } from 'vitest'
import type { GenerateRequest, JsonObject, Model, ModelEvent, ToolDefinition } from '../contracts/index.ts'

/** What the model under test shall answer, to anything. */
export interface ModelScript {
  /** Whole words, each at least one token; an answer is their concatenation. All different. */
  pieces: string[]
  /** Called after the text. */
  toolCalls?: { name: string; arguments: JsonObject }[]
  /** The last piece repeats without end. */
  isEndless?: boolean
}

export interface ModelFixture {
  model: Model
  dispose(): Promise<void>
}

const weather: ToolDefinition = {
  name: 'weather',
  description: 'Tells the weather.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
const ask: GenerateRequest = { messages: [{ role: 'user', content: 'Hello!' }] }
const greeting = ['Good', ' morning', ', dear', ' reader', '.']

/** What every {@link Model} does. `create` gives a model that follows the script. */
export function modelSuite(name: string, create: (script: ModelScript) => Promise<ModelFixture>): void {
  describe(`${name} as a model`, () => {
    const fixtures: ModelFixture[] = []
    const modelFor = async (script: ModelScript) => {
      const fixture = await create(script)
      fixtures.push(fixture)
      return fixture.model
    }
    afterEach(async () => {
      await Promise.all(fixtures.splice(0).map(fixture => fixture.dispose()))
    })

    answerTests(modelFor)
    limitTests(modelFor)
    endingTests(modelFor)
  })
}

type ModelFor = (script: ModelScript) => Promise<Model>

function answerTests(modelFor: ModelFor): void {
  it('streams the answer and ends with exactly one finished event', async () => {
    const events = await collectModelEvents((await modelFor({ pieces: greeting })).generate(ask))
    expect(textOf(events)).toBe('Good morning, dear reader.')
    expect(events.filter(event => event.type === 'text-delta').length).toBeGreaterThan(1)
    expect(events.filter(event => event.type === 'finished')).toHaveLength(1)
    const last = events.at(-1)
    expect(last).toMatchObject({ type: 'finished', finishReason: 'stop' })
    expect(last?.type === 'finished' && last.usage.inputTokens).toBeGreaterThan(0)
    expect(last?.type === 'finished' && last.usage.outputTokens).toBeGreaterThan(0)
  })

  it('gives tool calls as events, in order, and keeps their form out of the text', async () => {
    const toolCalls = [
      { name: 'weather', arguments: { city: 'Oslo' } },
      { name: 'weather', arguments: { city: 'Bergen "by the sea"' } },
    ]
    const model = await modelFor({ pieces: ['Let me', ' look.'], toolCalls })
    const events = await collectModelEvents(model.generate({ ...ask, tools: [weather] }))
    expect(textOf(events)).toBe('Let me look.')
    const calls = events.filter(event => event.type === 'tool-call')
    expect(calls.map(call => ({ name: call.name, arguments: JSON.parse(call.argumentsText) }))).toEqual(
      toolCalls,
    )
    expect(new Set(calls.map(call => call.toolCallId)).size).toBe(2)
    expect(events.at(-1)).toMatchObject({ finishReason: 'tool-calls' })
  })

  it('answers several requests at once, each completely', async () => {
    const model = await modelFor({ pieces: greeting })
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => collectModelEvents(model.generate(ask))),
    )
    expect(answers.map(textOf)).toEqual(Array.from({ length: 6 }, () => greeting.join('')))
  })
}

function limitTests(modelFor: ModelFor): void {
  it('ends with length after maxOutputTokens', async () => {
    const model = await modelFor({ pieces: greeting, isEndless: true })
    const events = await collectModelEvents(model.generate({ ...ask, maxOutputTokens: 3 }))
    expect(events.at(-1)).toMatchObject({ finishReason: 'length', usage: { outputTokens: 3 } })
    expect(textOf(events)).toBe('Good morning, dear')
  })

  it('ends before the first stop string, also one that spans pieces', async () => {
    const model = await modelFor({ pieces: greeting })
    const events = await collectModelEvents(model.generate({ ...ask, stop: ['never', 'ing, de'] }))
    expect(textOf(events)).toBe('Good morn')
    expect(events.at(-1)).toMatchObject({ finishReason: 'stop' })
  })
}

function endingTests(modelFor: ModelFor): void {
  it('rejects with the reason of the signal, then answers the next request', async () => {
    const model = await modelFor({ pieces: greeting, isEndless: true })
    const controller = new AbortController()
    const reason = new Error('enough')
    const read = async () => {
      for await (const _ of model.generate({ ...ask, maxOutputTokens: 2000 }, controller))
        controller.abort(reason)
    }
    await expect(read()).rejects.toBe(reason)
    expect(await collectModelEvents(model.generate({ ...ask, maxOutputTokens: 2 }))).toHaveLength(3)
  })

  it('does nothing for a signal that is aborted already', async () => {
    const model = await modelFor({ pieces: greeting })
    const reason = new Error('too late')
    await expect(collectModelEvents(model.generate(ask, { signal: AbortSignal.abort(reason) }))).rejects.toBe(
      reason,
    )
  })

  it('frees the device when the reader leaves early', async () => {
    const model = await modelFor({ pieces: greeting, isEndless: true })
    for (let round = 0; round < 6; round++) {
      for await (const event of model.generate({ ...ask, maxOutputTokens: 2000 })) {
        expect(event.type).toBe('text-delta')
        break
      }
    }
    expect(await collectModelEvents(model.generate({ ...ask, maxOutputTokens: 2 }))).toHaveLength(3)
  })

  it('stops once, however often it is asked', async () => {
    const model = await modelFor({ pieces: greeting })
    await Promise.all([model.stop(), model.stop()])
    await expect(model.stop()).resolves.toBeUndefined()
  })
}

/** All events of one answer. */
export async function collectModelEvents(events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const collected: ModelEvent[] = []
  for await (const event of events) collected.push(event)
  return collected
}

function textOf(events: ModelEvent[]): string {
  return events.map(event => (event.type === 'text-delta' ? event.text : '')).join('')
}
