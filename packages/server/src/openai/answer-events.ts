import { LumosError, type Message, type MessageId, type ModelEvent } from '@lomusai/client-js'
import type { Caller } from './callers.ts'
import type { ChatRequest } from './chat-request.ts'
import { samplingOptions, toGenerateRequest } from './generate-request.ts'

/**
 * Yields the answer of whatever `request.model` names: one of the node's agents, which runs its own tools, or a
 * model, whose tool calls are the caller's to run. Aborting ends the work: this API has no way to come back.
 *
 * @throws {LumosError} `not-found` when neither exists
 */
export async function* answerEvents(
  caller: Caller,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncIterable<ModelEvent> {
  const { client } = caller
  const agents = await client.getAgents()
  if (Object.hasOwn(agents, request.model)) yield* agentAnswer(caller, request, signal)
  else yield* client.getModel(request.model).stream(toGenerateRequest(request), { signal })
}

async function* agentAnswer(
  caller: Caller,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncIterable<ModelEvent> {
  const agent = caller.client.getAgent(request.model)
  const stream = await agent.stream(toMessages(request), { ...samplingOptions(request), signal })
  let length = false
  try {
    for await (const event of stream) {
      if (event.type === 'text-delta') yield { type: 'text-delta', text: event.text }
      else if (event.type === 'step-finished') length = event.finishReason === 'length'
      else if (event.type === 'run-finished') {
        if (event.error !== undefined) throw LumosError.from(event.error)
        yield { type: 'finished', finishReason: length ? 'length' : 'stop', usage: event.usage }
      }
    }
  } finally {
    const { threadId, runId } = stream
    await caller.tidyUp({ threadId, runId: signal.aborted ? runId : undefined })
  }
}

/** What was said, as the agent's model sees it; the agent has instructions and tools of its own. */
function toMessages(request: ChatRequest): Message[] {
  if (request.tools !== undefined && request.tools.length > 0) {
    throw new LumosError(
      'invalid-request',
      'An agent runs its own tools. Name a model instead of an agent to bring tools of your own',
    )
  }
  return request.messages.flatMap((message): Message[] => {
    if (message.role === 'tool' || message.content == null) return []
    const role = message.role === 'assistant' ? 'ROLE_AGENT' : 'ROLE_USER'
    return [{ messageId: crypto.randomUUID() as MessageId, role, parts: [{ text: message.content }] }]
  })
}
