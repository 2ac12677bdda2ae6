import { createAssistant } from '../../../src/agents/index.ts'
import type {
  AgentId,
  JsonObject,
  ModelCatalog,
  RunEvent,
  RunId,
  SignedRunRecord,
  Tool,
} from '../../../src/contracts/index.ts'
import { LumosError } from '../../../src/contracts/index.ts'
import { type AgentIdentity, createIdentity, createRunRecorder } from '../../../src/identity.ts'
import { runParams } from '../../../src/testing/host-fixture.ts'
import { MemoryModelCatalog } from '../../../src/testing/memory-model-catalog.ts'
import { ScriptedModel, type ScriptedModelOptions } from '../../../src/testing/scripted-model.ts'
import { setUpHost } from '../../host/host-setup.ts'

const text: JsonObject = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }

/** Fast and slow, failing, and asking first. */
export function sampleTools(): Tool[] {
  return [
    {
      name: 'echo',
      description: 'Says it again.',
      parameters: text,
      execute: async args => ({ said: args.text ?? '' }),
    },
    {
      name: 'slow',
      description: 'Says it later.',
      parameters: text,
      async execute({ text }) {
        for (let turn = 0; turn < 20; turn++) await null
        return `slowly: ${text}`
      },
    },
    {
      name: 'fail',
      description: 'Fails.',
      parameters: text,
      async execute() {
        throw new LumosError('dial-failed', 'Nobody is there.')
      },
    },
    {
      name: 'pay',
      description: 'Costs.',
      parameters: text,
      requiresApproval: true,
      execute: async () => 'paid',
    },
  ]
}

const call = (name: string, args: JsonObject | string) => ({ name, arguments: args })

/** Every kind of call an agent may meet. */
export const sampleScript: ScriptedModelOptions['script'] = [
  { text: 'Let me look around.', toolCalls: [call('slow', { text: 'a' }), call('echo', { text: 'b' })] },
  {
    toolCalls: [
      call('fail', { text: 'c' }),
      call('nothing', { text: 'd' }),
      call('echo', { wrong: 1 }),
      call('echo', '[1, 2]'),
      call('echo', `{"text":"${'x'.repeat(70_000)}"}`),
    ],
  },
  { text: 'Shall I?', toolCalls: [call('pay', { text: 'e' }), call('pay', { text: 'f' })] },
  'It is done, and this is what it came to.',
]

/** A run of a host with every kind of call, and its record. */
export async function recordedRun(
  options: { agent?: AgentIdentity; script?: ScriptedModelOptions['script'] } = {},
) {
  const identity = await createIdentity()
  const { agent, script = sampleScript } = options
  const agents = new Map(agent ? [['assistant' as AgentId, agent]] : [])
  const models = new MemoryModelCatalog([new ScriptedModel({ script })])
  const { host, alice } = await setUpHost({
    identity,
    agents: [createAssistant({ models, tools: sampleTools() })],
    recorder: createRunRecorder({ identity, agents }),
  })
  const events: RunEvent[] = []
  let decided = 0
  for await (const event of alice.stream('agent.run', runParams('Do it all.'))) {
    events.push(event as RunEvent)
    if (event.type !== 'approval-requested') continue
    const { runId } = events[0] as RunEvent & { type: 'run-started' }
    const approved = decided++ === 0
    await alice.ask('run.approve', { runId, toolCallId: event.toolCallId, approved, reason: 'because' })
  }
  const { runId } = events[0] as { runId: RunId } & RunEvent
  const record: SignedRunRecord = await alice.ask('run.record', { runId })
  return { identity, host, alice, events, record, runId }
}

/** The agent that {@link recordedRun} ran, of other models and tools. */
export function createSampleAgent({ models, tools }: { models: ModelCatalog; tools: Tool[] }) {
  return createAssistant({ models, tools })
}
