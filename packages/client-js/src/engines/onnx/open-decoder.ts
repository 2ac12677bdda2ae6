import { wasmThreadCount } from '#onnxruntime'
import { isLumosError, type JsonObject, LumosError } from '../../contracts/index.ts'
import { CausalDecoder, type ModelWeights } from './causal-decoder.ts'
import { openSegmentDecoder } from './open-segment-decoder.ts'
import { openPackedDecoder } from './packed/open-packed-decoder.ts'
import type { LocalDevice, OnnxRuntime } from './runtime.ts'
import type { SequenceDecoder } from './sequence-decoder.ts'
import { findExactChunkSize } from './webgpu-self-test.ts'
import { WholeStateDecoder } from './whole-state-decoder.ts'

export interface OpenDecoderOptions {
  device: LocalDevice
  weights: ModelWeights
  config: JsonObject
  load: (device: LocalDevice) => Promise<OnnxRuntime>
  /** Of `cpu` and `wasm`. @default all cores of `cpu`, one of `wasm` */
  threadCount?: number | undefined
  /** Of what is kept for later prompts. @default 512 MiB */
  maxCacheBytes?: number | undefined
}

export interface OpenDecoder {
  decoder: SequenceDecoder
  /** Prompt tokens read at once. */
  chunkSize: number
}

/** On WASM a chunk is also how long an abort waits; on WebGPU larger ones fill the GPU. */
const chunkSizes: Record<LocalDevice, number> = { wasm: 64, cpu: 128, webgpu: 256 }

/** Larger weights are not loaded a second time for the reference of the self-test. */
const maxReferenceBytes = 200e6

/**
 * A decoder that computes rightly: on WebGPU it must first agree with WASM.
 *
 * @throws {LumosError} `model-unavailable` when the device cannot run the model, or runs it wrongly
 */
export async function openDecoder(options: OpenDecoderOptions): Promise<OpenDecoder> {
  const { device, weights, config, maxCacheBytes } = options
  try {
    const packed = isPackedFaster(options) && (await openPackedDecoder(weights, config, maxCacheBytes))
    if (packed) return { decoder: packed, chunkSize: chunkSizes.wasm }
    const runtime = await options.load(device)
    const chunkSize = chunkSizes[device]
    if (device !== 'webgpu') {
      const decoder = await openSegmentDecoder({ ...options, runtime }, options.maxCacheBytes)
      if (decoder !== undefined) return { decoder, chunkSize }
    }
    const decoder = await create(options, device, runtime)
    const exactSize = device !== 'webgpu' ? chunkSize : await testOnGpu(decoder, options, runtime)
    return { decoder: new WholeStateDecoder(decoder), chunkSize: exactSize }
  } catch (cause) {
    if (isLumosError(cause)) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new LumosError('model-unavailable', `The model runtime cannot run this model: ${reason}`, { cause })
  }
}

/** Up to here an answer takes less time than the start of the runtime, whatever its threads. */
const smallBytes = 16 * 2 ** 20

/** Ours computes in one thread, as fast as two of the runtime's. */
function isPackedFaster(options: OpenDecoderOptions): boolean {
  const { device, threadCount, weights } = options
  if (device !== 'wasm') return false
  if (weights.graph.length <= smallBytes) return true
  return wasmThreadCount(threadCount === undefined ? {} : { threadCount }) <= 2
}

/** Releases `decoder` when it fails. */
async function testOnGpu(
  decoder: CausalDecoder,
  options: OpenDecoderOptions,
  runtime: OnnxRuntime,
): Promise<number> {
  try {
    const chunkSize = await exactChunkSize(decoder, options, runtime)
    if (chunkSize !== undefined) return chunkSize
    throw new LumosError('model-unavailable', 'The GPU of this machine computes the model wrongly.')
  } catch (error) {
    await decoder.release()
    throw error
  }
}

async function exactChunkSize(decoder: CausalDecoder, options: OpenDecoderOptions, runtime: OnnxRuntime) {
  const { weights } = options
  const size = weights.externalData.reduce((sum, { data }) => sum + data.length, weights.graph.length)
  // Of a large model only the steps are compared, many tokens at once against few.
  if (size > maxReferenceBytes) return findExactChunkSize(decoder, decoder, chunkSizes.webgpu)
  const reference = await create(options, 'wasm', runtime)
  try {
    return await findExactChunkSize(decoder, reference, chunkSizes.webgpu)
  } finally {
    await reference.release()
  }
}

function create(options: OpenDecoderOptions, device: LocalDevice, runtime: OnnxRuntime) {
  const { weights, config, threadCount } = options
  return CausalDecoder.create({ runtime, device, weights, config, threadCount })
}
