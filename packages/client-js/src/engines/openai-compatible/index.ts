export type { EndpointOptions } from './endpoint.ts'
export { type OpenAiCompatibleOptions, openAiCompatibleModels } from './openai-compatible-models.ts'
