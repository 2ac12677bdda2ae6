import type { Platform } from './platform.ts'

export const environmentVariable: Platform['environmentVariable'] = () => undefined

export const modelCacheDirectory: Platform['modelCacheDirectory'] = () => 'lumos-models'

export const packageDirectory: Platform['packageDirectory'] = () => undefined

/** A message is a task of its own and, unlike a timer, is not slowed down in nested use or hidden pages. */
export const yieldToEvents: Platform['yieldToEvents'] = () =>
  new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
