import type { Connections, RunReader } from '../connections/index.ts'
import type { Place, RunEvent, RunId, Task, ThreadId, ToolCall, ToolCallId } from '../contracts/index.ts'
import { type GenerateResult, resultOf } from './generate-result.ts'
import { type DataStreamHandlers, processDataStream } from './process-data-stream.ts'
import { RunTranscript } from './run-transcript.ts'
import { SharedEvents } from './shared-events.ts'
import { textOfEvents } from './text-of-events.ts'

/**
 * A run as it happens. Iterate it for events, or use what suits: every way of reading sees everything, several at
 * once too. Leaving a loop stops reading, not the run: {@link stop} does that.
 *
 * A second `run-started` among the events says that the run started again at another place: what came before is
 * void. A `step-started` with a step seen before takes back that step's text and its calls without result.
 */
export class AgentStream implements AsyncIterable<RunEvent>, AsyncDisposable {
  readonly #connections: Connections
  readonly #reader: RunReader
  readonly #events: SharedEvents<RunEvent>
  readonly #transcript = new RunTranscript()
  #result: Promise<GenerateResult> | undefined

  private constructor(connections: Connections, reader: RunReader, signal: AbortSignal | undefined) {
    this.#connections = connections
    this.#reader = reader
    this.#events = new SharedEvents(
      () => reader.read(signal),
      event => this.#transcript.add(event),
    )
  }

  /** Resolves when the run has started. */
  static async start(
    connections: Connections,
    reader: RunReader,
    signal: AbortSignal | undefined,
  ): Promise<AgentStream> {
    const stream = new AgentStream(connections, reader, signal)
    await stream.#events.start()
    return stream
  }

  /** Another one after the run started again elsewhere. */
  get runId(): RunId {
    return this.#transcript.runId as RunId
  }

  /** The conversation: give it to the next run to go on. */
  get threadId(): ThreadId {
    return this.#transcript.threadId as ThreadId
  }

  /** Where it runs now. */
  get place(): Place {
    return this.#reader.place as Place
  }

  /** The calls a person must decide on now, as far as events were read. */
  get pendingApprovals(): ToolCall[] {
    return this.#transcript.pendingApprovals
  }

  [Symbol.asyncIterator](): AsyncGenerator<RunEvent, void> {
    return this.#events[Symbol.asyncIterator]()
  }

  /**
   * The text of the answer, piece by piece.
   *
   * @throws {LumosError} while reading: the failed run's error; `connection-lost` when the run started again
   *   elsewhere and answers differently
   */
  get textStream(): AsyncGenerator<string, void> {
    return textOfEvents(this.#events)
  }

  /** The whole answer. Rejects as {@link result} does. */
  get text(): Promise<string> {
    return this.result.then(result => result.text)
  }

  /** Resolves when the run is over, by itself or by `stop()`. Rejects with a LumosError when it failed. */
  get result(): Promise<GenerateResult> {
    this.#result ??= this.#readToEnd()
    return this.#result
  }

  /** Cancels the run, wherever it is read. Resolves to its state; stopping what is over changes nothing. */
  stop(): Promise<Task> {
    return this.#connections.call('run.stop', { runId: this.runId })
  }

  /** Decides a call that waits for a person. @throws {LumosError} `conflict` when it waits no more */
  approve(toolCallId: string, approved: boolean, reason?: string): Promise<Task> {
    return this.#connections.call('run.approve', {
      runId: this.runId,
      toolCallId: toolCallId as ToolCallId,
      approved,
      ...(reason !== undefined && { reason }),
    })
  }

  /** Resolves when every part was handled. */
  processDataStream(handlers: DataStreamHandlers): Promise<void> {
    return processDataStream(this.#events, handlers)
  }

  /** Stops reading; the run goes on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#events.close()
  }

  async #readToEnd(): Promise<GenerateResult> {
    for await (const _ of this.#events);
    return resultOf(this.#transcript, this.#reader.place)
  }
}
