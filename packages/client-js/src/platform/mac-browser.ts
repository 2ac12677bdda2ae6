import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Platform } from './platform.ts'

/** Not WebCrypto's, which answers later: requests leave in the order in which they were asked. */
export const createMac: Platform['createMac'] = key => {
  const keyed = hmac.create(sha256, key)
  return (first, second) => keyed.clone().update(first).update(second).digest()
}
