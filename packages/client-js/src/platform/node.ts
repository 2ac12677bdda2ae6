export { deviceConditions, deviceFacts } from './device-node.ts'
export { pkcs8FromSeed } from './ed25519-der.ts'
export { generateKey, importPublicKey, keyFromSeed, signingKeyOf } from './ed25519-node.ts'
export { openFileStore } from './file-store-node.ts'
export { openKeyRecords } from './key-records-node.ts'
export { createMac } from './mac-node.ts'
export { passkeys } from './passkeys-node.ts'
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
export { resolveHost } from './resolve-host-node.ts'
export { sharedOrigin } from './shared-origin-node.ts'
export {
  environmentVariable,
  modelCacheDirectory,
  packageDirectory,
  yieldToEvents,
} from './surroundings-node.ts'
export { startThread, threadParent } from './thread-node.ts'
export { watchNetwork } from './watch-network-node.ts'

export const platformName = 'node'
