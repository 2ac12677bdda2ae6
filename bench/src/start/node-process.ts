// A process that starts a node's models as `npm start` does, asks, and says when what was done.

import type { GenerateRequest, Model } from '@lomusai/client-js'
import { calculator, clock, defaultInstructions, notesTools } from '@lomusai/client-js/agents'
import { MemoryStore } from '@lomusai/client-js/host'
import { openModelCatalog } from '@lomusai/client-js/inference'
import type { Span } from './span.ts'

const spans: Span[] = []
const tools = [calculator(), clock(), ...notesTools(new MemoryStore())].map(
  ({ name, description, parameters }) => ({ name, description, parameters }),
)
const question = (content: string): GenerateRequest => ({
  messages: [
    { role: 'system', content: defaultInstructions },
    { role: 'user', content },
  ],
  tools,
})

const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function timed<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const [at, cpu] = [performance.now(), cpuMs()]
  const result = await work()
  spans.push({ name, ms: performance.now() - at, cpuMs: cpuMs() - cpu })
  return result
}

/** The first event, and all. */
async function ask(name: string, model: Model, content: string): Promise<void> {
  const events = model.generate(question(content))[Symbol.asyncIterator]()
  await timed(`${name}: first token`, () => events.next())
  await timed(`${name}: the rest`, async () => {
    while (!(await events.next()).done);
  })
}

const models = openModelCatalog({ hub: false })
const model = await timed('load', () => models.load())
await ask('first answer', model, 'Hello, who are you?')
await ask('second answer', model, 'Hello, who are you?')
await ask('first tool call', model, 'What is 23 × 19?')
process.send?.(spans)
