export { EmbeddingModels, embeddedEmbeddings } from './embedding-models.ts'
export { loadEmbeddingModel } from './load-embedding-model.ts'
