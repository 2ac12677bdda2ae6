import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parentPort, Worker } from 'node:worker_threads'
import type { Platform } from './platform.ts'

export const startThread: Platform['startThread'] = url => {
  if (!existsSync(fileURLToPath(url))) return undefined
  // Sources resolve each other by the condition the package gives them; a build needs no flag.
  const execArgv = url.pathname.endsWith('.ts') ? ['--conditions=lumos-source', '--no-warnings'] : []
  return new Worker(url, { execArgv })
}

export const threadParent: Platform['threadParent'] = () => parentPort ?? undefined
