import type { CallOptions, Connections } from '../connections/index.ts'
import {
  type AbortOptions,
  type JsonObject,
  type JsonValue,
  LumosError,
  type ToolDefinition,
} from '../contracts/index.ts'

/** A tool that a node lets us call without an agent. */
export class ToolHandle {
  readonly name: string
  readonly #connections: Connections

  constructor(connections: Connections, name: string) {
    this.#connections = connections
    this.name = name
  }

  /** @throws {LumosError} `not-found` */
  async details(options: AbortOptions = {}): Promise<ToolDefinition> {
    const { tools } = await this.#connections.call('tool.list', {}, options)
    const tool = tools.find(({ name }) => name === this.name)
    if (tool === undefined) throw new LumosError('not-found', `No tool is called ${this.name}.`)
    return tool
  }

  /**
   * Resolves to what the tool gave.
   *
   * @throws {LumosError} `not-found`, `invalid-request` for arguments that its schema refuses, `tool-failed`
   */
  async execute(args: JsonObject, options: CallOptions = {}): Promise<JsonValue> {
    const { result } = await this.#connections.call(
      'tool.call',
      { name: this.name, arguments: args },
      options,
    )
    return result
  }
}
