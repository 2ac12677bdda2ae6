export { generateKey, importPublicKey, keyFromSeed } from './ed25519-node.ts'
export type { Platform, SignatureCheck, SigningKey, StoredKeyOptions } from './platform.ts'
export { randomBytes } from './random-bytes.ts'
export { openStoredKey } from './stored-key-node.ts'
export { watchNetwork } from './watch-network-node.ts'

export const platformName = 'node'
