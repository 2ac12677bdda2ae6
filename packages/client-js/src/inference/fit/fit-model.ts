import type { DeviceFacts } from '#platform'
import type { FitReason, ModelFit, ModelInfo, ModelSpeed } from '../../contracts/index.ts'

/** A model's needs, and how it runs on a machine. */
export type Fitting = Required<Pick<ModelInfo, 'memoryBytes' | 'fit'>>

/** Below this many tokens a second people read faster than the model writes. */
const readingSpeed = 8
/** Of the machine's memory, what a model may take: the rest is for all else that runs. */
const memoryShare = 0.7
/** WebAssembly addresses 4 GB; some of that is the runtime's own. */
const wasmBytes = 3.6e9
/** Runtime, tokenizer and a conversation's state. */
const baseBytes = 150e6
/** The vocabulary's vectors are one buffer, of small models up to half of the weights. */
const largestBufferShare = 0.5
/** Bytes per weight, as 4-bit exports have them, whose vocabulary stays finer. */
const assumedBytesPerWeight = 0.75
/**
 * Bytes of weights read a second, which bounds decoding. One core: SmolLM2-135M int8 on WASM, 14 to 19 tokens/s.
 * GPU: what integrated ones reach.
 */
const coreBandwidth = 2e9
const gpuBandwidth = 30e9
/** However small the model: a step has its own cost. */
const fastestSteps = { cpu: 60, gpu: 150 }
/** Prompts are read so many times faster than answers are written. */
const prefillFactor = { cpu: 7, gpu: 20 }

/** @param measured - on this machine, for this model */
export function fitModel(model: ModelInfo, machine: DeviceFacts, measured?: ModelSpeed): Fitting {
  const weights = model.sizeBytes ?? (model.parameters ?? 0) * assumedBytesPerWeight
  const memoryBytes = Math.round(weights * 1.25 + baseBytes)
  const runsOnGpu = canUseGpu(model, weights, machine)
  const missing = whatIsMissing({ model, machine, weights, memoryBytes, runsOnGpu })
  if (missing !== undefined && measured === undefined) {
    return { memoryBytes, fit: { verdict: 'does-not-fit', reason: missing } }
  }
  const speed = measured ?? estimate(weights, machine, runsOnGpu)
  const fit: ModelFit = {
    verdict: speed.decode >= readingSpeed ? 'runs-well' : 'runs-slowly',
    reason: measured === undefined ? 'estimated' : 'measured',
    speed,
  }
  return { memoryBytes, fit }
}

interface Demand {
  model: ModelInfo
  machine: DeviceFacts
  weights: number
  memoryBytes: number
  runsOnGpu: boolean
}

function whatIsMissing({ model, machine, weights, memoryBytes, runsOnGpu }: Demand): FitReason | undefined {
  const { memoryBytes: installed, storageBytes, gpu } = machine
  if (installed !== undefined && memoryBytes > installed * memoryShare) return 'memory'
  if (!model.isLocal && storageBytes !== undefined && weights > storageBytes) return 'storage'
  if (runsOnGpu || memoryBytes <= wasmBytes) return undefined
  if (gpu === undefined) return 'webgpu'
  return needsFloat16(model) && !gpu.hasFloat16 ? 'float16' : 'address-space'
}

function canUseGpu(model: ModelInfo, weights: number, { gpu }: DeviceFacts): boolean {
  if (gpu === undefined || weights * largestBufferShare > gpu.maxBufferBytes) return false
  return gpu.hasFloat16 || !needsFloat16(model)
}

function needsFloat16({ weightBytes }: ModelInfo): boolean {
  const formats = Object.keys(weightBytes ?? {})
  return formats.length > 0 && formats.every(format => format.endsWith('f16') || format === 'fp16')
}

function estimate(weights: number, { cores }: DeviceFacts, runsOnGpu: boolean): ModelSpeed {
  // Cores share the memory: the second and third add less than the first.
  const bandwidth = runsOnGpu ? gpuBandwidth : coreBandwidth * Math.min(2, 1 + (cores - 1) / 4)
  const kind = runsOnGpu ? 'gpu' : 'cpu'
  const decode = Math.min(bandwidth / Math.max(weights, 1), fastestSteps[kind])
  return { decode, prefill: decode * prefillFactor[kind] }
}
