import type { AdaptivePolicy, Agent, AgentId, ModelCatalog, ModelId, Tool } from '../contracts/index.ts'
import { sdkVersion } from '../core/index.ts'
import { AgentLoop } from './agent-loop.ts'

export interface AssistantOptions {
  models: ModelCatalog
  /** @default none */
  tools?: readonly Tool[]
  /** @default the catalogue's default, whichever it is when a run starts */
  modelId?: ModelId
  /** The system message. Small models do best with a sentence or two. */
  instructions?: string
  /** Model calls at most, unless a run says otherwise. @default 8 */
  maxSteps?: number
  /** Steps with only wrong or repeated calls, before the tools are hidden. @default 2 */
  maxRepairs?: number
  /** Learns which tools to show first; made with `toolFocusShape(tools)`. @default all are shown */
  toolFocus?: AdaptivePolicy
  /** @default 'assistant' */
  agentId?: AgentId
  /** For people. @default 'Assistant' */
  name?: string
  description?: string
}

export const defaultInstructions =
  'You are a helpful assistant. Use a tool when it helps, then answer briefly.'

/** An agent that talks and uses tools. */
export function createAssistant(options: AssistantOptions): Agent {
  const { models, tools = [], modelId, maxSteps, maxRepairs, toolFocus } = options
  const agentId = options.agentId ?? ('assistant' as AgentId)
  const definitions = tools.map(({ name, description, parameters }) => ({ name, description, parameters }))
  return new AgentLoop({
    models,
    tools,
    instructions: options.instructions ?? defaultInstructions,
    ...(maxSteps !== undefined && { maxSteps }),
    ...(maxRepairs !== undefined && { maxRepairs }),
    ...(toolFocus !== undefined && { toolFocus }),
    info: {
      agentId,
      ...(modelId !== undefined && { modelId }),
      tools: definitions,
      card: {
        name: options.name ?? 'Assistant',
        description: options.description ?? 'Answers questions, with tools where they help.',
        version: sdkVersion,
        supportedInterfaces: [],
        capabilities: { streaming: true },
        defaultInputModes: ['text/plain'],
        defaultOutputModes: ['text/plain'],
        skills: [
          { id: 'chat', name: 'Chat', description: 'Holds a conversation.', tags: ['chat'] },
          ...definitions.map(({ name, description }) => ({ id: name, name, description, tags: ['tool'] })),
        ],
      },
    },
  })
}
