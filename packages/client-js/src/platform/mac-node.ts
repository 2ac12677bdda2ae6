import { createHmac, createSecretKey } from 'node:crypto'
import type { Platform } from './platform.ts'

export const createMac: Platform['createMac'] = key => {
  const imported = createSecretKey(key)
  return (first, second) => createHmac('sha256', imported).update(first).update(second).digest()
}
