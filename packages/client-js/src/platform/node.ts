export { generateKey, importPublicKey, keyFromSeed } from './ed25519-node.ts'
export { openFileStore } from './file-store-node.ts'
export type {
  FileStore,
  FileWriter,
  Platform,
  SignatureCheck,
  SigningKey,
  StoredKeyOptions,
  ThreadPort,
} from './platform.ts'
export { randomBytes } from './random-bytes.ts'
export { resolveHost } from './resolve-host-node.ts'
export { openStoredKey } from './stored-key-node.ts'
export {
  environmentVariable,
  modelCacheDirectory,
  packageDirectory,
  yieldToEvents,
} from './surroundings-node.ts'
export { startThread, threadParent } from './thread-node.ts'
export { watchNetwork } from './watch-network-node.ts'

export const platformName = 'node'
