import { createAssistant } from '../../src/agents/index.ts'
import type { AgentEvent, JsonObject, Tool } from '../../src/contracts/index.ts'
import { MemoryModelCatalog } from '../../src/testing/memory-model-catalog.ts'
import { ScriptedModel, type ScriptedModelOptions } from '../../src/testing/scripted-model.ts'

export type Script = ScriptedModelOptions['script']

export function assistant(
  script: Script,
  tools: Tool[] = [],
  options: { maxSteps?: number; maxRepairs?: number } = {},
) {
  const model = new ScriptedModel({ script })
  return { agent: createAssistant({ models: new MemoryModelCatalog([model]), tools, ...options }), model }
}

export const add: Tool = {
  name: 'add',
  description: 'Adds two numbers.',
  parameters: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  },
  idempotent: true,
  async execute({ a, b }) {
    return Number(a) + Number(b)
  },
}

export function call(name: string, args: JsonObject | string) {
  return { toolCalls: [{ name, arguments: args }] }
}

export function ofType<T extends AgentEvent['type']>(events: AgentEvent[], type: T) {
  return events.filter((event): event is Extract<AgentEvent, { type: T }> => event.type === type)
}

/** What the model was told of its calls, in the last request. */
export function toolMessages(model: ScriptedModel): string[] {
  return (model.requests.at(-1)?.messages ?? []).flatMap(message =>
    message.role === 'tool' ? [message.content] : [],
  )
}
