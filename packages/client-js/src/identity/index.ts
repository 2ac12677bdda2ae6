export * from './create-identity.ts'
export * from './create-verifier.ts'
export * from './key-stores/index.ts'
export * from './open-identity.ts'
