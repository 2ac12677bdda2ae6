import { availableDevices, loadOnnxRuntime } from '#onnxruntime'
import { type JsonObject, type LoadOptions, LumosError, type ModelInfo } from '../../contracts/index.ts'
import { type ChatFormat, ChatTemplate, ChatTokenizer, chatMlTemplate } from '../chat/index.ts'
import { chatTemplateOf, type ModelFolder, readJson, readOptionalJson } from '../model-folders/index.ts'
import { createLoadProgress, type ReadTracker } from './load-progress.ts'
import { contextLength } from './model-geometry.ts'
import { chooseWeights, readWeights, type WeightChoice } from './model-weights.ts'
import { OnnxModel } from './onnx-model.ts'
import { type OpenDecoder, openDecoder } from './open-decoder.ts'
import type { DeviceSupport, LocalDevice, OnnxRuntimeOptions } from './runtime.ts'
import { type WeightFormat, weightPath } from './weight-format.ts'

export interface OnnxEngineOptions extends OnnxRuntimeOptions {
  /** `cpu`: native, in Node where `onnxruntime-node` is installed. @default WebGPU where there is a GPU, else WASM */
  device?: LocalDevice
  /** @default what runs best on the device, of what the model offers */
  weightFormat?: WeightFormat
  /** For what was read, so that later prompts that start alike need not read it again. Not on WebGPU. @default 512 MiB */
  maxCacheBytes?: number
}

const jsonFiles = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json']

/**
 * A model ready to answer, from its folder. Where nobody asked for a device and WebGPU fails or computes wrongly,
 * WASM takes over with the weights that suit it.
 *
 * @throws {LumosError} `model-unavailable`
 */
export async function loadOnnxModel(
  folder: ModelFolder,
  engine: OnnxEngineOptions,
  options: LoadOptions = {},
): Promise<OnnxModel> {
  options.signal?.throwIfAborted()
  const devices = await usableDevices(folder, engine, options)
  const choice = await chooseWeights(folder, devices, engine.weightFormat, options)
  const { device } = choice.device
  const progress = await createLoadProgress(folder, [...jsonFiles, ...choice.paths], options)
  const [files, weights] = await Promise.all([
    readFiles(folder, progress),
    readWeights(folder, choice, progress),
  ])
  progress.initialise()
  try {
    const load = (build: LocalDevice) => loadOnnxRuntime(build, engine)
    const opened = await openDecoder({
      device,
      weights,
      config: files.config,
      load,
      threadCount: engine.threadCount,
      maxCacheBytes: engine.maxCacheBytes,
    })
    return await createModel(folder, files, choice, opened, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    if (engine.device !== undefined || device === 'wasm') throw error
    return loadOnnxModel(folder, { ...engine, device: 'wasm' }, options)
  }
}

async function createModel(
  folder: ModelFolder,
  files: ChatFiles,
  choice: WeightChoice,
  { decoder, chunkSize }: OpenDecoder,
  { signal }: LoadOptions,
): Promise<OnnxModel> {
  if (signal?.aborted) await decoder.release()
  signal?.throwIfAborted()
  return new OnnxModel({
    info: infoOf(folder, files, choice),
    decoder,
    chat: files.chat,
    chunkSize,
    endIds: endIdsOf(files),
    generationConfig: files.generationConfig,
  })
}

/** Below this, starting a GPU's programs takes longer than computing; asking for one already does. */
const smallBytes = 16 * 2 ** 20

async function usableDevices(
  folder: ModelFolder,
  { device, weightFormat = 'int8' }: OnnxEngineOptions,
  options: LoadOptions,
): Promise<DeviceSupport[]> {
  if (device === undefined) {
    const { sizeBytes = Number.POSITIVE_INFINITY } =
      (await folder.stat(weightPath(weightFormat), options)) ?? {}
    if (sizeBytes <= smallBytes) return [{ device: 'wasm', hasFloat16: false }]
  }
  const devices = await availableDevices()
  const usable = device === undefined ? devices : devices.filter(support => support.device === device)
  if (usable.length > 0) return usable
  throw new LumosError('model-unavailable', `This platform has no ${device}.`)
}

interface ChatFiles {
  config: JsonObject
  generationConfig: JsonObject
  chat: ChatFormat
}

async function readFiles(folder: ModelFolder, tracker: ReadTracker): Promise<ChatFiles> {
  const { signal } = tracker
  const reading = readOptionalJson(folder, 'tokenizer_config.json', tracker)
  const [config, generationConfig = {}, tokenizerConfig = {}, tokenizerJson, source = chatMlTemplate] =
    await Promise.all([
      readJson(folder, 'config.json', tracker),
      readOptionalJson(folder, 'generation_config.json', tracker),
      reading,
      readJson(folder, 'tokenizer.json', tracker),
      chatTemplateOf(folder, { signal }, () => reading),
    ])
  const tokenizer = new ChatTokenizer(tokenizerJson, tokenizerConfig)
  const template = new ChatTemplate({
    source,
    bosToken: tokenText(tokenizerConfig.bos_token),
    eosToken: tokenText(tokenizerConfig.eos_token),
    controlTexts: tokenizer.controlTexts,
  })
  return { config, generationConfig, chat: { tokenizer, template } }
}

/** Configs give a token as text or as an object around it. */
function tokenText(token: JsonObject[string] | undefined): string {
  if (typeof token === 'object' && token !== null && !Array.isArray(token)) return tokenText(token.content)
  return typeof token === 'string' ? token : ''
}

function endIdsOf({ config, generationConfig, chat }: ChatFiles): ReadonlySet<number> {
  const configured = [generationConfig.eos_token_id ?? config.eos_token_id ?? []].flat()
  const ids = configured.filter(id => typeof id === 'number')
  // ChatML models end a turn with this token, also where their config only names the end of text.
  const turnEnd = chat.tokenizer.idOf('<|im_end|>')
  return new Set(turnEnd === undefined ? ids : [...ids, turnEnd])
}

function infoOf(folder: ModelFolder, files: ChatFiles, { sizeBytes, device }: WeightChoice): ModelInfo {
  return {
    ...folder.card,
    engine: 'onnx',
    device: device.device,
    contextLength: contextLength(files.config),
    ...(sizeBytes !== undefined && { sizeBytes }),
    isLocal: true,
    continuesAnswers: true,
    supportsTools: folder.card.supportsTools || files.chat.template.supportsTools,
  }
}
