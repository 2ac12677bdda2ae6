import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Platform } from './platform.ts'

export const environmentVariable: Platform['environmentVariable'] = name => process.env[name] || undefined

export const modelCacheDirectory: Platform['modelCacheDirectory'] = () =>
  join(homedir(), '.cache', 'lumos', 'models')

export const packageDirectory: Platform['packageDirectory'] = name => {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  } catch {
    return undefined
  }
}

export const yieldToEvents: Platform['yieldToEvents'] = () => setImmediate()
