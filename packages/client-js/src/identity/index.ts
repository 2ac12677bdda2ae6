export * from './create-identity.ts'
export * from './create-verifier.ts'
export * from './open-identity.ts'
