import type { ThreadPort } from '#platform'
import {
  type AbortOptions,
  type LoadOptions,
  LumosError,
  type ModelEvent,
  type ModelInfo,
} from '../contracts/index.ts'
import { raceSignal, toLumosError } from '../core/index.ts'
import { listenTo } from './message-channel.ts'
import type { WorkerRequest, WorkerResponse } from './worker-protocol.ts'

type CallRequest = Exclude<WorkerRequest, { type: 'open' | 'pull' | 'abort' }>
type Uncalled<Request> = Request extends unknown ? Omit<Request, 'call'> : never

interface PendingCall {
  receive(response: WorkerResponse): void
  fail(error: unknown): void
}

/** Numbered calls over one port. While any is pending, Node stays alive for it. */
export class WorkerCalls {
  readonly #port: ThreadPort
  readonly #pending = new Map<number, PendingCall>()
  #nextCall = 1
  #failure: LumosError | undefined

  constructor(port: ThreadPort) {
    this.#port = port
    listenTo(port, {
      onMessage: message => {
        const response = message as WorkerResponse
        this.#pending.get(response.call)?.receive(response)
      },
      onFailure: error => this.#fail(error),
    })
    port.unref?.()
  }

  open(config: unknown): void {
    this.#port.postMessage({ type: 'open', config })
  }

  /** One answer to one request. An abort reaches the worker too. */
  async ask(
    request: Uncalled<CallRequest>,
    options: LoadOptions = {},
  ): Promise<ModelInfo[] | ModelInfo | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<ModelInfo[] | ModelInfo | undefined>()
    const call = this.#begin(request, options, {
      receive(response) {
        if (response.type === 'progress') options.onProgress?.(response.progress)
        else if (response.type === 'done') resolve(response.value)
        else if (response.type === 'failed') reject(LumosError.from(response.error))
      },
      fail: reject,
    })
    try {
      return await raceSignal(promise, options.signal)
    } catch (error) {
      this.#abort(call)
      throw error
    } finally {
      this.#end(call)
    }
  }

  /** The events of one request, asked for as they are read. */
  async *stream(
    request: Uncalled<CallRequest & { type: 'generate' }>,
    { signal }: AbortOptions = {},
  ): AsyncGenerator<ModelEvent, void> {
    const inbox = new Inbox()
    const call = this.#begin(request, { signal }, inbox)
    let isOver = false
    try {
      for (;;) {
        const event = await raceSignal(inbox.next(), signal)
        isOver = event === undefined
        if (event === undefined) return
        this.#port.postMessage({ type: 'pull', call, credit: 1 })
        yield event
        signal?.throwIfAborted()
      }
    } finally {
      if (!isOver) this.#abort(call)
      this.#end(call)
    }
  }

  /** Ends the worker; calls still pending fail with `reason`. */
  async close(reason: LumosError): Promise<void> {
    this.#fail(reason)
    await this.#port.terminate?.()
    this.#port.close?.()
  }

  #begin(request: Uncalled<CallRequest>, { signal }: AbortOptions, pending: PendingCall): number {
    signal?.throwIfAborted()
    if (this.#failure !== undefined) throw this.#failure
    const call = this.#nextCall++
    if (this.#pending.size === 0) this.#port.ref?.()
    this.#pending.set(call, pending)
    this.#port.postMessage({ ...request, call })
    return call
  }

  #abort(call: number): void {
    if (this.#failure === undefined) this.#port.postMessage({ type: 'abort', call })
  }

  #end(call: number): void {
    this.#pending.delete(call)
    if (this.#pending.size === 0) this.#port.unref?.()
  }

  #fail(error: unknown): void {
    this.#failure ??=
      error === undefined
        ? new LumosError('model-unavailable', 'The model worker ended.')
        : toLumosError(error, 'model-unavailable')
    for (const pending of this.#pending.values()) pending.fail(this.#failure)
  }
}

/** Events in the order they came, for one reader. */
class Inbox implements PendingCall {
  readonly #responses: (ModelEvent | undefined | { error: unknown })[] = []
  #wake: (() => void) | undefined

  receive(response: WorkerResponse): void {
    if (response.type === 'event') this.#add(response.event)
    else if (response.type === 'done') this.#add(undefined)
    else if (response.type === 'failed') this.fail(LumosError.from(response.error))
  }

  fail(error: unknown): void {
    this.#add({ error })
  }

  /** Undefined after the last. */
  async next(): Promise<ModelEvent | undefined> {
    while (this.#responses.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
    }
    const response = this.#responses.shift()
    if (response !== undefined && 'error' in response) throw response.error
    return response
  }

  #add(response: ModelEvent | undefined | { error: unknown }): void {
    this.#responses.push(response)
    this.#wake?.()
  }
}
