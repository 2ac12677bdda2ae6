import { loadOnnxRuntime } from '#onnxruntime'
import { type AbortOptions, type EmbeddingModel, type JsonObject, LumosError } from '../../contracts/index.ts'
import { type ModelFolder, readJson, readOptionalJson } from '../model-folders/index.ts'
import type { OnnxEngineOptions } from '../onnx/index.ts'
import { chooseWeights, readWeights } from '../onnx/model-weights.ts'
import { OnnxEmbeddingModel } from './onnx-embedding-model.ts'
import { readPooling } from './pooling.ts'
import { readSafetensors } from './safetensors.ts'
import { StaticEmbeddingModel } from './static-embedding-model.ts'
import { TextTokenizer } from './text-tokenizer.ts'

/** Vectors come from WASM: they are the same on every machine, and a search compares those of different ones. */
const device = { device: 'wasm', hasFloat16: false } as const

/**
 * The embedding model of a folder: a static one in Model2Vec's layout, or a sentence encoder in that of
 * sentence-transformers' ONNX exports.
 *
 * @throws {LumosError} `model-unavailable`
 */
export async function loadEmbeddingModel(
  folder: ModelFolder,
  engine: OnnxEngineOptions = {},
  options: AbortOptions = {},
): Promise<EmbeddingModel> {
  const config = await readJson(folder, 'config.json', options)
  const tokenizerConfig = await readOptionalJson(folder, 'tokenizer_config.json', options)
  const tokenizer = new TextTokenizer(await readJson(folder, 'tokenizer.json', options), tokenizerConfig)
  if (config.model_type === 'model2vec') {
    const tensors = readSafetensors(await folder.read('model.safetensors', options))
    return new StaticEmbeddingModel({ info: infoOf(folder), tokenizer, tensors })
  }
  return loadOnnx(folder, tokenizer, config, engine, options)
}

async function loadOnnx(
  folder: ModelFolder,
  tokenizer: TextTokenizer,
  config: JsonObject,
  engine: OnnxEngineOptions,
  options: AbortOptions,
): Promise<EmbeddingModel> {
  const sentence = await readOptionalJson(folder, 'sentence_bert_config.json', options)
  const pooling = readPooling(await readOptionalJson(folder, '1_Pooling/config.json', options))
  const choice = await chooseWeights(folder, [device], engine.weightFormat, options)
  const { graph, externalData } = await readWeights(folder, choice, options)
  options.signal?.throwIfAborted()
  const contextLength = sizeIn(sentence, 'max_seq_length') ?? sizeIn(config, 'max_position_embeddings') ?? 512
  const dimensions = sizeIn(config, 'hidden_size')
  if (dimensions === undefined) throw unavailable(folder, 'config.json does not give hidden_size')
  try {
    const runtime = await loadOnnxRuntime(device.device, engine)
    const session = await runtime.InferenceSession.create(graph, {
      executionProviders: [device.device],
      ...(externalData.length > 0 && { externalData }),
    })
    const info = { ...infoOf(folder), dimensions, contextLength }
    return new OnnxEmbeddingModel({ info, tokenizer, runtime, session, pooling })
  } catch (cause) {
    throw unavailable(folder, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function infoOf({ card }: ModelFolder) {
  const { modelId, name, license } = card
  return { modelId, name, isLocal: true, ...(license !== undefined && { license }) }
}

function sizeIn(config: JsonObject | undefined, key: string): number | undefined {
  const value = config?.[key]
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined
}

function unavailable({ card }: ModelFolder, reason: string, cause?: unknown): LumosError {
  return new LumosError('model-unavailable', `${card.modelId} cannot run here: ${reason}.`, { cause })
}
