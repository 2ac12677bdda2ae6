import type { Platform, ThreadPort } from './platform.ts'

export const startThread: Platform['startThread'] = url => new Worker(url, { type: 'module' })

export const threadParent: Platform['threadParent'] = () =>
  'document' in globalThis ? undefined : (self as ThreadPort)
