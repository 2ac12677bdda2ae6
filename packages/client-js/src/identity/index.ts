export * from './create-identity.ts'
export * from './create-verifier.ts'
export * from './did-key.ts'
export * from './open-identity.ts'
