import { environmentVariable } from '#platform'
import type { ModelCatalog, ModelId } from '../contracts/index.ts'
import { type OpenAiCompatibleOptions, openAiCompatibleModels } from '../engines/openai-compatible/index.ts'
import { createModelCatalog } from '../inference/index.ts'
import type { LocalModelsConfig } from './open-model-catalog.ts'
import { openThreadModelCatalog } from './thread-model-catalog.ts'

export interface NodeModelsConfig extends LocalModelsConfig {
  /**
   * Also the models of an OpenAI-compatible server.
   *
   * @default the one `LUMOS_OPENAI_BASE_URL` names, with the key in `LUMOS_OPENAI_API_KEY`; none when unset
   */
  openai?: OpenAiCompatibleOptions | false
}

/** The models of this machine, computed in a thread of their own, and those of an endpoint. */
export function openNodeModels(config: NodeModelsConfig = {}): ModelCatalog {
  const { openai = endpointOfEnvironment(), ...local } = config
  const defaultModelId = config.defaultModelId ?? environmentVariable('LUMOS_DEFAULT_MODEL')
  const models = openThreadModelCatalog({ ...local, ...(defaultModelId && { defaultModelId }) })
  if (openai === false) return models
  return createModelCatalog({
    sources: [models, openAiCompatibleModels(openai)],
    ...(defaultModelId && { defaultModelId: defaultModelId as ModelId }),
  })
}

function endpointOfEnvironment(): OpenAiCompatibleOptions | false {
  const baseUrl = environmentVariable('LUMOS_OPENAI_BASE_URL')
  if (baseUrl === undefined) return false
  const apiKey = environmentVariable('LUMOS_OPENAI_API_KEY')
  return { baseUrl, ...(apiKey !== undefined && { apiKey }) }
}
