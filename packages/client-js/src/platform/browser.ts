export { generateKey, importPublicKey, keyFromSeed } from './ed25519-browser.ts'
export type { Platform, SignatureCheck, SigningKey, StoredKeyOptions } from './platform.ts'
export { randomBytes } from './random-bytes.ts'
export { openStoredKey } from './stored-key-browser.ts'
export { watchNetwork } from './watch-network-browser.ts'

export const platformName = 'browser'
