import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-web'
import type { JsonObject } from '../../contracts/index.ts'
import { halfToFloat } from '../../core/index.ts'
import { emptyState, KeyValueState } from './key-value-state.ts'
import { type ModelGeometry, readGeometry } from './model-geometry.ts'
import type { LocalDevice, OnnxRuntime } from './runtime.ts'

/** Weights as they lie in a model folder. */
export interface ModelWeights {
  graph: Uint8Array
  /** Data the graph refers to by file name, for instance `model_q4.onnx_data`. */
  externalData: { path: string; data: Uint8Array }[]
}

export interface CausalDecoderOptions {
  runtime: OnnxRuntime
  device: LocalDevice
  weights: ModelWeights
  /** `config.json` */
  config: JsonObject
  /** Of `cpu`. @default all cores */
  threadCount?: number | undefined
}

export interface DecoderStep {
  /** float32, one per token id, for the token after the last. The caller's to change. */
  logits: Float32Array
  state: KeyValueState
}

/** A loaded graph: reads tokens, one sequence at a time, and says how likely each next token is. */
export class CausalDecoder {
  readonly device: LocalDevice
  readonly geometry: ModelGeometry
  readonly runtime: OnnxRuntime
  readonly #session: InferenceSession

  private constructor(session: InferenceSession, geometry: ModelGeometry, options: CausalDecoderOptions) {
    this.#session = session
    this.geometry = geometry
    this.device = options.device
    this.runtime = options.runtime
  }

  /** @throws {LumosError} `model-unavailable` for graphs of another kind; the runtime's error when it refuses the graph */
  static async create(options: CausalDecoderOptions): Promise<CausalDecoder> {
    const { runtime, weights, config, device } = options
    const session = await runtime.InferenceSession.create(weights.graph, {
      ...sessionOptions(options),
      ...(device === 'webgpu' && { preferredOutputLocation: cachesOnGpu(options) }),
    })
    try {
      return new CausalDecoder(session, readGeometry(session, config), options)
    } catch (error) {
      await session.release()
      throw error
    }
  }

  /** What to start a sequence from. */
  emptyState(): KeyValueState {
    return emptyState(this.geometry, this.runtime)
  }

  /**
   * Reads `ids` after what `state` holds, and gives the state after them. `state` stays valid; whoever owns it
   * disposes it.
   *
   * @param ids - at least one
   */
  async step(ids: readonly number[], state: KeyValueState): Promise<DecoderStep> {
    const total = state.length + ids.length
    const feeds: Record<string, OnnxValue> = Object.fromEntries(state.tensors)
    feeds.input_ids = this.#int64(ids, [1, ids.length])
    feeds.attention_mask = this.#int64(new Array<number>(total).fill(1), [1, total])
    if (this.geometry.hasPositionIds) {
      const positions = ids.map((_, index) => state.length + index)
      feeds.position_ids = this.#int64(positions, [1, ids.length])
    }
    if (this.geometry.hasLogitsToKeep) feeds.num_logits_to_keep = this.#int64([1], [])
    const outputs = await this.#session.run(feeds)
    const { caches, fixedStates } = this.geometry
    const tensors = [...caches, ...fixedStates].map(
      ({ input, output }) => [input, outputs[output] as Tensor] as const,
    )
    const logits = outputs.logits as Tensor
    try {
      return { logits: lastRow(logits), state: new KeyValueState(new Map(tensors), total, state.isWhole) }
    } finally {
      logits.dispose()
    }
  }

  /** Frees the weights. */
  async release(): Promise<void> {
    await this.#session.release()
  }

  #int64(values: readonly number[], dims: number[]): Tensor {
    return new this.runtime.Tensor('int64', BigInt64Array.from(values, BigInt), dims)
  }
}

/** What every session of a decoder is created with. */
export function sessionOptions({ device, weights, threadCount }: CausalDecoderOptions) {
  return {
    executionProviders: [device],
    ...(device === 'cpu' && threadCount !== undefined && { intraOpNumThreads: threadCount }),
    ...(weights.externalData.length > 0 && { externalData: weights.externalData }),
  }
}

/** The names of the outputs are known before the session is: those of each layer of `config.json`, of which a graph has some. */
function cachesOnGpu({ config }: CausalDecoderOptions): Record<string, 'gpu-buffer'> {
  const layers = typeof config.num_hidden_layers === 'number' ? config.num_hidden_layers : 0
  const names = Array.from({ length: layers }, (_, layer) => [
    `present.${layer}.key`,
    `present.${layer}.value`,
    `present_conv.${layer}`,
  ])
  return Object.fromEntries(names.flat().map(name => [name, 'gpu-buffer'] as const))
}

/** The logits of the last position, from float32 or float16 of shape `[1, positions, vocabulary]`. */
function lastRow(logits: Tensor): Float32Array {
  const size = logits.dims.at(-1) as number
  const data = logits.data as Float32Array | Uint16Array
  const row = data.slice(data.length - size)
  // Runtimes with Float16Array give one, others the bits.
  return row instanceof Uint16Array ? Float32Array.from(row, halfToFloat) : Float32Array.from(row)
}
