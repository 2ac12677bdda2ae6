export * from './create-key-store.ts'
export type { PassphraseCost } from './passphrase-wrapping.ts'
