/**
 * A process with a host on a file: `node killed-host.ts <file> <offset>`. Asks for the one run with a fixed key from
 * `offset` on, and prints each event as a line, so that a test can kill it anywhere.
 */
import { appendFileSync } from 'node:fs'
import { createAssistant } from '../../src/agents/index.ts'
import type { MessageId, Tool } from '../../src/contracts/index.ts'
import { createHost } from '../../src/host/index.ts'
import { identityFromSeed } from '../../src/identity/index.ts'
import { StoreThreads } from '../../src/stores/index.ts'
import { Requester, runParams } from '../../src/testing/host-fixture.ts'
import { MemoryModelCatalog } from '../../src/testing/memory-model-catalog.ts'
import { ScriptedModel } from '../../src/testing/scripted-model.ts'
import { LogFileStore } from './log-file-store.ts'

const [path, offset] = process.argv.slice(2) as [string, string]
const store = await LogFileStore.open(path)
const charge: Tool = {
  name: 'charge',
  description: 'Leaves a line in a file, as money would.',
  parameters: { type: 'object', properties: { step: { type: 'number' } } },
  async execute({ step }, { toolCallId }) {
    appendFileSync(`${path}.charges`, `${toolCallId}\n`)
    return `charged in step ${step}`
  },
}
const model = new ScriptedModel({
  script({ messages }) {
    const step = messages.filter(({ role }) => role === 'assistant').length
    if (step === 4) return 'All is paid and done.'
    return { text: `This is step ${step} of four.`, toolCalls: [{ name: 'charge', arguments: { step } }] }
  },
})
const models = new MemoryModelCatalog([model])
const host = createHost({
  identity: await identityFromSeed(new Uint8Array(32).fill(1)),
  agents: [createAssistant({ models, tools: [charge] })],
  threads: new StoreThreads({ store }),
  models,
  store,
})
await host.start()
const alice = new Requester(await identityFromSeed(new Uint8Array(32).fill(2)), host)
const params = runParams('Pay all.')
const messages = params.messages.map(message => ({ ...message, messageId: 'question' as MessageId }))
const options = { idempotencyKey: 'the-run', lastEventId: Number(offset) }
for await (const event of alice.stream('agent.run', { ...params, messages }, options)) {
  process.stdout.write(`${JSON.stringify(event)}\n`)
  // A breath, so that the kill falls between any two events.
  await new Promise(resolve => setTimeout(resolve, 2))
}
await host.stop()
