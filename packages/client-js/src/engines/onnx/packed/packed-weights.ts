import type { Kernels } from './kernels.ts'
import type { CodedMatrix, LlamaLayer, LlamaWeights } from './llama-weights.ts'
import type { WasmMemory } from './wasm-memory.ts'

/** A matrix in panels, as `multiply` reads it. */
export interface PlacedMatrix {
  out: number
  width: number
  panels: number
  scales: number
}

type Placed<Part> = { [Key in keyof Part]: Part[Key] extends CodedMatrix ? PlacedMatrix : number }

export type PlacedLayer = Placed<LlamaLayer>

export interface PlacedWeights {
  embeddings: PlacedMatrix
  norm: number
  layers: PlacedLayer[]
  /** `[contextLength, headSize / 2]` */
  cos: number
  sin: number
}

/** Copies the weights into WASM memory, matrices turned into panels. @throws {RangeError} without memory */
export function placeWeights(
  kernels: Kernels,
  memory: WasmMemory,
  weights: LlamaWeights,
  contextLength: number,
): PlacedWeights {
  const place = (matrix: CodedMatrix) => placeMatrix(kernels, memory, matrix)
  const layers = weights.layers.map(layer => ({
    inputNorm: memory.put(layer.inputNorm),
    query: place(layer.query),
    key: place(layer.key),
    value: place(layer.value),
    output: place(layer.output),
    mlpNorm: memory.put(layer.mlpNorm),
    gate: place(layer.gate),
    up: place(layer.up),
    down: place(layer.down),
  }))
  const angles = anglesOf(weights.inverseFrequencies, contextLength)
  return {
    layers,
    embeddings: place(weights.embeddings),
    norm: memory.put(weights.norm),
    cos: memory.put(angles.map(Math.cos)),
    sin: memory.put(angles.map(Math.sin)),
  }
}

function placeMatrix(
  kernels: Kernels,
  memory: WasmMemory,
  { out, width, codes, scales }: CodedMatrix,
): PlacedMatrix {
  const panels = memory.take(out * width)
  const source = memory.reserve(out * width)
  memory.bytes.set(codes, source)
  kernels.packPanels(source, out, width, panels)
  return { out, width, panels, scales: memory.put(scales) }
}

function anglesOf(inverseFrequencies: Float32Array, contextLength: number): Float32Array {
  const half = inverseFrequencies.length
  return Float32Array.from({ length: contextLength * half }, (_, index) => {
    return Math.floor(index / half) * (inverseFrequencies[index % half] as number)
  })
}
