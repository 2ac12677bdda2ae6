export * from './create-model-catalog.ts'
export * from './serve-model-catalog.ts'
export * from './tabs/tab-model-catalog.ts'
export * from './worker-model-catalog.ts'
