import {
  type AbortOptions,
  type JsonObject,
  type JsonValue,
  LumosError,
  type ModelId,
  type ModelInfo,
  type ReadFileOptions,
} from '../../contracts/index.ts'
import { isJsonObject, utf8 } from '../../core/index.ts'

export type { ReadFileOptions }

/** What is known of a model before it is loaded. */
export type ModelCard = Pick<ModelInfo, 'modelId' | 'name' | 'isLocal' | 'supportsTools'> &
  Partial<
    Pick<
      ModelInfo,
      'contextLength' | 'sizeBytes' | 'weightBytes' | 'parameters' | 'languages' | 'license' | 'notice'
    >
  >

/** A model in the layout of Hugging Face's ONNX exports: `config.json`, `tokenizer.json`, `onnx/model*.onnx`. */
export interface ModelFolder {
  readonly card: ModelCard
  /** Undefined when there is no such file; the size is absent where the other side does not say. */
  stat(path: string, options?: AbortOptions): Promise<{ sizeBytes?: number } | undefined>
  /** @throws {LumosError} `model-unavailable`; `storage-failed` */
  read(path: string, options?: ReadFileOptions): Promise<Uint8Array>
}

/** A place that holds model folders. */
export interface ModelShelf {
  list(options?: AbortOptions): Promise<ModelCard[]>
  /** Undefined when it does not hold the model. */
  open(modelId: ModelId, options?: AbortOptions): Promise<ModelFolder | undefined>
}

/** @throws {LumosError} `model-unavailable` when the file is no JSON object */
export async function readJson(
  folder: ModelFolder,
  path: string,
  options?: ReadFileOptions,
): Promise<JsonObject> {
  const bytes = await folder.read(path, options)
  try {
    // Not decodeJson: vocabularies of code models hold names it refuses.
    const value = JSON.parse(utf8.decode(bytes)) as JsonValue
    if (isJsonObject(value)) return value
  } catch (cause) {
    throw new LumosError('model-unavailable', `${path} of ${folder.card.modelId} is not valid JSON.`, {
      cause,
    })
  }
  throw new LumosError('model-unavailable', `${path} of ${folder.card.modelId} is not a JSON object.`)
}

export async function readOptionalJson(folder: ModelFolder, path: string, options?: ReadFileOptions) {
  return (await folder.stat(path, options)) === undefined ? undefined : readJson(folder, path, options)
}
