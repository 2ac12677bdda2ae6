import {
  LumosError,
  type Model,
  type ModelCatalog,
  type ModelEvent,
  type ModelInfo,
  type RawToolCall,
} from '../../contracts/index.ts'
import { isJsonObject } from '../../core/index.ts'
import type { RecordedCall, RecordedStep } from './recorded-steps.ts'

const tooLongArguments = 70_000

/** Every model of a record: says again what was said, step by step, whatever it is asked. */
export class RecordedModels implements ModelCatalog {
  readonly #steps: readonly RecordedStep[]
  #next = 0

  constructor(steps: readonly RecordedStep[]) {
    this.#steps = steps
  }

  async list(): Promise<ModelInfo[]> {
    return [this.#info()]
  }

  async load(): Promise<Model> {
    const info = () => this.#info()
    return {
      // The model of the step that comes: a run may go on elsewhere after a crash.
      get info() {
        return info()
      },
      generate: () => this.#answer(),
      stop: async () => {},
    }
  }

  async stop(): Promise<void> {}

  #info(): ModelInfo {
    const at = Math.min(this.#next, this.#steps.length - 1)
    const started = this.#steps[at]?.started
    if (started === undefined) throw new LumosError('model-unavailable', 'The run asked no model.')
    const { modelId, engine, device } = started
    const base = { modelId, name: modelId, engine, isLocal: true, supportsTools: true }
    return { ...base, ...(device !== undefined && { device }) }
  }

  async *#answer(): AsyncGenerator<ModelEvent> {
    const step = this.#steps[this.#next++]
    if (step === undefined) throw ended()
    for (const piece of step.texts) {
      if (typeof piece === 'string') yield { type: 'text-delta', text: piece }
      else yield { type: 'answer-routed', route: piece }
    }
    if (step.finished === undefined) throw ended()
    for (const item of step.calls) yield { type: 'tool-call', ...rawCall(item) }
    yield { type: 'finished', ...step.finished }
  }
}

/** As the model may have written it: refused now for what it was refused for then. */
function rawCall({ call, wasAccepted, result }: RecordedCall): RawToolCall {
  const { toolCallId, name, arguments: args } = call
  const written = { toolCallId, name, argumentsText: JSON.stringify(args) }
  if (wasAccepted) return written
  const code = codeOf(result?.result)
  if (code === 'too-large') return { ...written, argumentsText: ' '.repeat(tooLongArguments) }
  const wasUnreadable = code === 'invalid-request' && Object.keys(args).length === 0
  return wasUnreadable ? { ...written, argumentsText: '[]' } : written
}

/** Of a tool result that tells of an error. */
export function codeOf(result: unknown): string | undefined {
  const error = isJsonObject(result as never) ? (result as { error?: unknown }).error : undefined
  const code = isJsonObject(error as never) ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : undefined
}

function ended(): LumosError {
  return new LumosError('inference-failed', 'The record ends here.')
}
