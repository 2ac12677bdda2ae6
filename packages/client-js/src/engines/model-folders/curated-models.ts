import type { ModelId } from '../../contracts/index.ts'
import type { ModelCard } from './model-folder.ts'

const english = ['en']
const liquidLanguages = ['en', 'ar', 'zh', 'fr', 'de', 'ja', 'ko', 'es']
const liquidNotice =
  'Made for agents, extraction and conversation; its maker advises against it for knowledge and programming.'

/**
 * Models of the hub in the layout this engine reads, smallest first. Sizes are those of the hub's file lists, where
 * they were seen; the rest is of the model cards. `sizeBytes` alone is about that of the 8-bit weights.
 */
export const curatedModels: readonly ModelCard[] = [
  // huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct/tree/main/onnx; card: arXiv 2502.02737
  curated('HuggingFaceTB/SmolLM2-135M-Instruct', 'SmolLM2 135M', {
    parameters: 135e6,
    contextLength: 8192,
    sizeBytes: 140e6,
    weightBytes: { q4f16: 134e6, q4: 200e6, fp16: 327e6, fp32: 654e6 },
    languages: english,
  }),
  // huggingface.co/LiquidAI/LFM2.5-230M, and its q4 export
  liquid('LiquidAI/LFM2.5-230M-ONNX', 'LFM2.5 230M', 230e6, { weightBytes: { q4: 200e6 } }),
  // huggingface.co/google/gemma-3-270m-it: 170M of them are the vocabulary's vectors
  gemma('onnx-community/gemma-3-270m-it-ONNX', 'Gemma 3 270M', 270e6, english),
  // huggingface.co/LiquidAI/LFM2.5-350M, and its q4 export
  liquid('LiquidAI/LFM2.5-350M-ONNX', 'LFM2.5 350M', 354_483_968, { weightBytes: { q4: 276e6 } }),
  // huggingface.co/onnx-community/LFM2-350M-ONNX
  liquid('onnx-community/LFM2-350M-ONNX', 'LFM2 350M', 354_483_968),
  // huggingface.co/HuggingFaceTB/SmolLM2-360M-Instruct/tree/main/onnx
  curated('HuggingFaceTB/SmolLM2-360M-Instruct', 'SmolLM2 360M', {
    parameters: 362e6,
    contextLength: 8192,
    sizeBytes: 370e6,
    weightBytes: { q4f16: 299e6, q4: 417e6, fp16: 819e6, fp32: 1640e6 },
    languages: english,
  }),
  // huggingface.co/Qwen/Qwen2.5-0.5B-Instruct; sizes of onnx-community/Qwen2.5-0.5B-Instruct-ONNX-GQA/tree/main/onnx
  curated('onnx-community/Qwen2.5-0.5B-Instruct', 'Qwen2.5 0.5B', {
    parameters: 494e6,
    contextLength: 32_768,
    sizeBytes: 510e6,
    weightBytes: { q4f16: 478e6, int8: 503e6, q8: 503e6, uint8: 503e6, q4: 777e6, fp16: 992e6 },
    languages: ['en', 'zh'],
    supportsTools: true,
  }),
  // huggingface.co/Qwen/Qwen3-0.6B
  curated('onnx-community/Qwen3-0.6B-ONNX', 'Qwen3 0.6B', {
    parameters: 600e6,
    contextLength: 32_768,
    sizeBytes: 620e6,
    languages: ['en', 'zh'],
    supportsTools: true,
  }),
  // huggingface.co/onnx-community/LFM2-700M-ONNX
  liquid('onnx-community/LFM2-700M-ONNX', 'LFM2 700M', 742_489_344),
  // huggingface.co/google/gemma-3-1b-it: 32K context in this size
  gemma('onnx-community/gemma-3-1b-it-ONNX', 'Gemma 3 1B', 1000e6, english),
  // huggingface.co/LiquidAI/LFM2.5-1.2B-Instruct, and its q4 export
  liquid('LiquidAI/LFM2.5-1.2B-Instruct-ONNX', 'LFM2.5 1.2B', 1_170_340_608, { weightBytes: { q4: 1200e6 } }),
  // huggingface.co/HuggingFaceTB/SmolLM2-1.7B-Instruct/tree/main/onnx
  curated('HuggingFaceTB/SmolLM2-1.7B-Instruct', 'SmolLM2 1.7B', {
    parameters: 1710e6,
    contextLength: 8192,
    sizeBytes: 1720e6,
    weightBytes: { q4f16: 1110e6, q4: 1410e6, int8: 1720e6, q8: 1720e6 },
    languages: english,
  }),
  // huggingface.co/onnx-community/Phi-4-mini-instruct-web-q4f16/tree/main/onnx
  curated('onnx-community/Phi-4-mini-instruct-web-q4f16', 'Phi-4 mini', {
    parameters: 3800e6,
    contextLength: 131_072,
    weightBytes: { q4f16: 3410e6 },
    license: 'MIT',
    supportsTools: true,
  }),
]

function curated(modelId: string, name: string, facts: Partial<ModelCard>): ModelCard {
  const license = 'Apache-2.0'
  return { modelId: modelId as ModelId, name, license, isLocal: false, supportsTools: false, ...facts }
}

/** huggingface.co/LiquidAI: hybrid of short convolutions and attention, 32,768 tokens, tools in the chat template. */
function liquid(modelId: string, name: string, parameters: number, facts: Partial<ModelCard> = {}) {
  return curated(modelId, name, {
    parameters,
    contextLength: 32_768,
    languages: liquidLanguages,
    license: 'LFM Open License v1.0',
    notice: liquidNotice,
    supportsTools: true,
    ...facts,
  })
}

/** ai.google.dev/gemma/docs/core: 32,768 tokens up to 1B. */
function gemma(modelId: string, name: string, parameters: number, languages: readonly string[]) {
  return curated(modelId, name, { parameters, contextLength: 32_768, languages, license: 'Gemma' })
}
