export * from './idb-store.ts'
export * from './memory-store.ts'
export * from './store-threads.ts'
