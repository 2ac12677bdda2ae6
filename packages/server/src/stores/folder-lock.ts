import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LumosError } from '@lomusai/client-js'

/**
 * Resolves to the function that gives the folder back. PGlite lets two processes open one folder and ruins it.
 *
 * @throws {LumosError} `conflict` when a living process holds it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lumos.lock')
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx')
      await file.writeFile(String(process.pid))
      await file.close()
      return () => rm(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10)
      if (isAlive(holder)) {
        throw new LumosError(
          'conflict',
          `Process ${holder} already uses ${folder}. Stop it, or start this one with another LUMOS_HOME and LUMOS_PORT`,
        )
      }
      await rm(path, { force: true })
    }
  }
  throw new LumosError('conflict', `Another process is taking ${folder} right now. Try again`)
}

function isAlive(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0 || processId === process.pid) return false
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
