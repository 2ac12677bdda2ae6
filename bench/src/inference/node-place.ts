import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ContenderOptions, ContenderSpec } from './contender.ts'
import type { NodeCommand } from './node-process.ts'
import type { Measured, Place } from './place.ts'

interface Reply {
  result?: unknown
  error?: string
}

/** A Node process of its own. */
export async function openNodePlace(spec: ContenderSpec, options: ContenderOptions): Promise<Place> {
  const child = fork(fileURLToPath(new URL('node-process.mjs', import.meta.url)))
  const ended = once(child, 'exit').then((): Reply => ({ error: 'The process ended.' }))
  const ask = async (command: NodeCommand): Promise<unknown> => {
    child.send(command)
    const answered = once(child, 'message').then(([message]) => message as Reply)
    const { result, error } = await Promise.race([answered, ended])
    if (error !== undefined) throw new Error(error)
    return result
  }
  const close = async () => {
    if (child.connected) child.disconnect()
    await ended
  }
  try {
    await ask({ type: 'open', spec, options })
  } catch (error) {
    await close()
    throw error
  }
  return {
    run: async (scenario, sizes, seed) => (await ask({ type: 'run', scenario, sizes, seed })) as Measured,
    close,
  }
}
