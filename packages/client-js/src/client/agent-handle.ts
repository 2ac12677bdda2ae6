import type { Connections } from '../connections/index.ts'
import type { AbortOptions, AgentId, AgentInfo } from '../contracts/index.ts'
import { AgentStream } from './agent-stream.ts'
import type { GenerateResult } from './generate-result.ts'
import { type RunInput, type RunOptions, runRequest } from './run-options.ts'
import { ToolHandle } from './tool-handle.ts'

/** An agent, wherever it runs. */
export class AgentHandle {
  readonly agentId: AgentId
  readonly #connections: Connections

  constructor(connections: Connections, agentId: AgentId) {
    this.#connections = connections
    this.agentId = agentId
  }

  /** @throws {LumosError} `not-found` */
  details(options: AbortOptions = {}): Promise<AgentInfo> {
    return this.#connections.call('agent.get', { agentId: this.agentId }, options)
  }

  /**
   * Resolves to the whole answer.
   *
   * ```ts
   * const { text, toolCalls } = await agent.generate('What is 23 × 19?')
   * ```
   *
   * @throws {LumosError} why the run failed or could not start: `not-found`, `model-unavailable`,
   *   `inference-failed`, `limit-reached`, `deadline-exceeded`, `no-place-available` …
   */
  async generate(input: RunInput, options: RunOptions = {}): Promise<GenerateResult> {
    const stream = await this.stream(input, options)
    return stream.result
  }

  /**
   * Resolves, once the run started, to a stream of everything that happens in it.
   *
   * ```ts
   * const stream = await agent.stream('Tell me a story')
   * for await (const text of stream.textStream) console.log(text)
   * ```
   *
   * @throws {LumosError} the refusal; `no-place-available` when no place answered before the deadline
   */
  async stream(input: RunInput, options: RunOptions = {}): Promise<AgentStream> {
    const { params, call } = runRequest(this.agentId, input, options)
    call.signal?.throwIfAborted()
    return AgentStream.start(this.#connections, this.#connections.run(params, call), call.signal)
  }

  /** A tool of the node the agent lives on, to call by hand. */
  getTool(name: string): ToolHandle {
    return new ToolHandle(this.#connections, name)
  }
}
