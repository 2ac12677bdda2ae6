export { generateKey, importPublicKey, keyFromSeed } from './ed25519-browser.ts'
export { openFileStore } from './file-store-browser.ts'
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
export { resolveHost } from './resolve-host-browser.ts'
export { openStoredKey } from './stored-key-browser.ts'
export {
  environmentVariable,
  modelCacheDirectory,
  packageDirectory,
  yieldToEvents,
} from './surroundings-browser.ts'
export { startThread, threadParent } from './thread-browser.ts'
export { watchNetwork } from './watch-network-browser.ts'

export const platformName = 'browser'
