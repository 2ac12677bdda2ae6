/**
 * Language models on this machine and behind OpenAI-compatible endpoints.
 *
 * ```ts
 * const models = openThreadModelCatalog()
 * const model = await models.load()
 * for await (const event of model.generate({ messages: [{ role: 'user', content: 'Hello!' }] })) {
 *   if (event.type === 'text-delta') process.stdout.write(event.text)
 * }
 * await models.stop()
 * ```
 */
export { type DeviceConditions, type DeviceFacts, deviceFacts } from '#platform'
export { nodeModels } from './client/node-models.ts'
export type {
  AdaptationChange,
  AdaptationReport,
  AdaptationStatus,
  AdaptiveDecision,
  AdaptivePolicy,
  AdaptiveRequest,
  AnswerRoute,
  ChatMessage,
  ContentId,
  Device,
  EmbeddingCatalog,
  EmbeddingModel,
  EmbeddingModelInfo,
  Embeddings,
  EmbedRequest,
  EngineKind,
  GenerateRequest,
  Interaction,
  LearnedState,
  LoadOptions,
  LoadProgress,
  Model,
  ModelCatalog,
  ModelEvent,
  ModelFit,
  ModelId,
  ModelInfo,
  ModelSource,
  ModelSpeed,
  ModelStore,
  ModelUpdate,
  OutcomeModel,
  OutcomeShape,
  RouteFeatures,
  RouteOutcome,
  RoutePolicy,
  SamplingOptions,
  SharedModels,
  StoredFile,
  StoredModel,
  StoreUsage,
  TransferOptions,
  TransferProgress,
} from './contracts/index.ts'
export {
  type LiquidOptions,
  type LogisticOptions,
  liquidOutcomeModel,
  logisticOutcomeModel,
} from './engines/liquid/index.ts'
export {
  curatedModels,
  directoryShelf,
  embeddedShelf,
  type ModelCard,
  type ModelFolder,
  type ModelShelf,
  type ReadFileOptions,
} from './engines/model-folders/index.ts'
export {
  type LocalDevice,
  type OnnxEngineOptions,
  onnxModels,
  type WeightFormat,
} from './engines/onnx/index.ts'
export { type OpenAiCompatibleOptions, openAiCompatibleModels } from './engines/openai-compatible/index.ts'
export { type AdaptivePolicyOptions, createAdaptivePolicy } from './inference/adaptive/index.ts'
export {
  type CascadeOptions,
  createModelCatalog,
  createModelRouter,
  createWorkerModelCatalog,
  defaultRouteWeights,
  type ModelCatalogOptions,
  type ModelPrice,
  type ModelRouter,
  type RouterOptions,
  type RouteWeights,
  serveModelCatalog,
  type WeightedPolicy,
  weightedPolicy,
} from './inference/index.ts'
export { openEmbeddings } from './presets/open-embeddings.ts'
export { type LocalModelsConfig, openModelCatalog } from './presets/open-model-catalog.ts'
export {
  type HubConfig,
  type HubShelfOptions,
  hubShelf,
  type ModelStoreConfig,
  openModelStore,
  openSharedModels,
} from './presets/open-model-store.ts'
export { openThreadModelCatalog } from './presets/thread-model-catalog.ts'
