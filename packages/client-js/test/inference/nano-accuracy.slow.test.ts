import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultInstructions } from '../../src/agents/create-assistant.ts'
import type {
  ChatMessage,
  Model,
  ModelCatalog,
  ToolCallId,
  ToolDefinition,
} from '../../src/contracts/index.ts'
import { openThreadModelCatalog } from '../../src/presets/thread-model-catalog.ts'
import { collectModelEvents } from '../../src/testing/model-suite.ts'

interface Prompt {
  tools: string[]
  prompt: string
  call: string | null
  /** What the call must say; a list of values means any of them. */
  arguments?: Record<string, unknown>
  /** What the tool returned, where the answer to it is judged. */
  content?: string
  /** Words of which the answer must have one, or of an answer from a result, all. */
  mentions?: string[]
}

const folder = join(import.meta.dirname, '../../../../models/nano/eval')
const listed: Record<string, [string, Record<string, string>, string[]]> = JSON.parse(
  readFileSync(join(folder, 'tools.json'), 'utf8'),
)

function definitionOf(name: string): ToolDefinition {
  const [description, types, required] = listed[name] ?? ['', {}, []]
  const entries = Object.entries(types).map(([key, type]) => [key, { type }])
  return {
    name,
    description,
    parameters: { type: 'object', properties: Object.fromEntries(entries), required },
  }
}

function messagesOf({ prompt, call, arguments: args, content }: Prompt): ChatMessage[] {
  const asked: ChatMessage[] = [
    { role: 'system', content: defaultInstructions },
    { role: 'user', content: prompt },
  ]
  if (content === undefined || call === null) return asked
  const toolCallId = '1' as ToolCallId
  const toolCalls = [{ toolCallId, name: call, argumentsText: JSON.stringify(args) }]
  return [
    ...asked,
    { role: 'assistant', content: '', toolCalls },
    { role: 'tool', toolCallId, name: call, content },
  ]
}

const plain = (value: unknown) =>
  typeof value === 'string' ? value.replaceAll(/\s+|^[.?!]+|[.?!]+$/g, '').toLowerCase() : value

/** Equal but for case, spaces and a closing full stop. */
function isSame(written: string, wanted: Record<string, unknown>): boolean {
  const got: Record<string, unknown> = JSON.parse(written)
  return (
    Object.keys(got).sort().join() === Object.keys(wanted).sort().join() &&
    Object.entries(wanted).every(([key, value]) => [value].flat().some(one => plain(one) === plain(got[key])))
  )
}

interface Answer {
  text: string
  call: { name: string; argumentsText: string } | undefined
}

async function answerOf(model: Model, prompt: Prompt): Promise<Answer> {
  const request = {
    messages: messagesOf(prompt),
    tools: prompt.tools.map(definitionOf),
    temperature: 0,
    maxOutputTokens: 120,
  }
  const events = await collectModelEvents(model.generate(request))
  const text = events.map(event => (event.type === 'text-delta' ? event.text : '')).join('')
  return { text, call: events.find(event => event.type === 'tool-call') }
}

/** The measures one answer counts for, and whether it is right by each. */
function judged(set: string, prompt: Prompt, { text, call }: Answer): [string, boolean][] {
  const words = (prompt.mentions ?? []).map(word => text.toLowerCase().includes(word.toLowerCase()))
  if (prompt.content !== undefined)
    return [['answer from result', call === undefined && words.every(Boolean)]]
  if (prompt.call === null) {
    const silent: [string, boolean] = ['no tool', call === undefined]
    return words.length === 0 ? [silent] : [silent, ['small talk or refusal', words.some(Boolean)]]
  }
  const isChosen = call?.name === prompt.call
  return [
    [`${set}: tool choice`, isChosen],
    [
      `${set}: arguments`,
      isChosen && call !== undefined && isSame(call.argumentsText, prompt.arguments ?? {}),
    ],
  ]
}

/** Prompts written by hand that training never saw, through the engine as it ships, with its constrained calls. */
describe('lumos-nano on held-out prompts', () => {
  const shares: Record<string, number> = {}
  let models: ModelCatalog

  beforeAll(async () => {
    models = openThreadModelCatalog({ hub: false, modelDirectories: [] })
    const model = await models.load()
    const results: Record<string, boolean[]> = {}
    for (const file of readdirSync(folder).filter(name => name.endsWith('.jsonl'))) {
      for (const line of readFileSync(join(folder, file), 'utf8').trim().split('\n')) {
        const prompt: Prompt = JSON.parse(line)
        for (const [measure, isRight] of judged(
          file.replace('.jsonl', ''),
          prompt,
          await answerOf(model, prompt),
        )) {
          results[measure] ??= []
          results[measure].push(isRight)
        }
      }
    }
    for (const [measure, all] of Object.entries(results)) {
      shares[measure] = all.filter(Boolean).length / all.length
      console.info(`${measure}: ${all.filter(Boolean).length} of ${all.length}`)
    }
  })

  afterAll(() => models.stop())

  it.each([
    ['answer from result', 0.9],
    ['builtin: tool choice', 0.95],
    ['builtin: arguments', 0.72],
    ['no tool', 0.95],
    ['small talk or refusal', 0.85],
    ['unseen-tools: tool choice', 0.4],
  ])('%s: at least %d right', (measure, least) => {
    expect(shares[measure]).toBeGreaterThanOrEqual(least)
  })
})
