export { deviceConditions, deviceFacts } from './device-browser.ts'
export { generateKey, importPublicKey, keyFromSeed, signingKeyOf } from './ed25519-browser.ts'
export { pkcs8FromSeed } from './ed25519-der.ts'
export { openFileStore } from './file-store-browser.ts'
export { openKeyRecords } from './key-records-browser.ts'
export { createMac } from './mac-browser.ts'
export { passkeys } from './passkeys-browser.ts'
export type {
  DeviceConditions,
  DeviceFacts,
  FileStore,
  FileWriter,
  KeyRecords,
  Mac,
  PasskeyAuthenticator,
  Platform,
  SharedOrigin,
  SignatureCheck,
  SigningKey,
  ThreadPort,
} from './platform.ts'
export { randomBytes } from './random-bytes.ts'
export { resolveHost } from './resolve-host-browser.ts'
export { sharedOrigin } from './shared-origin-browser.ts'
export {
  environmentVariable,
  modelCacheDirectory,
  packageDirectory,
  yieldToEvents,
} from './surroundings-browser.ts'
export { startThread, threadParent } from './thread-browser.ts'
export { watchNetwork } from './watch-network-browser.ts'

export const platformName = 'browser'
