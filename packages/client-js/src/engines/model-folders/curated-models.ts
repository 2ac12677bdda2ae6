import type { ModelId } from '../../contracts/index.ts'
import type { ModelCard } from './model-folder.ts'

/** Models of the hub in the layout this engine reads, smallest first. Sizes are about those of the 8-bit weights. */
export const curatedModels: readonly ModelCard[] = [
  curated('HuggingFaceTB/SmolLM2-135M-Instruct', 'SmolLM2 135M', 140e6),
  curated('HuggingFaceTB/SmolLM2-360M-Instruct', 'SmolLM2 360M', 370e6),
  { ...curated('onnx-community/Qwen2.5-0.5B-Instruct', 'Qwen2.5 0.5B', 510e6), supportsTools: true },
  { ...curated('onnx-community/Qwen3-0.6B-ONNX', 'Qwen3 0.6B', 620e6), supportsTools: true },
  curated('HuggingFaceTB/SmolLM2-1.7B-Instruct', 'SmolLM2 1.7B', 1_720e6),
]

function curated(modelId: string, name: string, sizeBytes: number): ModelCard {
  const license = 'Apache-2.0'
  return { modelId: modelId as ModelId, name, sizeBytes, license, isLocal: false, supportsTools: false }
}
