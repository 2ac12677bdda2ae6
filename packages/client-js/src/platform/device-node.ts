import { statfs } from 'node:fs/promises'
import { availableParallelism, homedir, loadavg, totalmem } from 'node:os'
import type { DeviceFacts, Platform } from './platform.ts'

/** What this machine has, as far as the platform tells. */
export async function deviceFacts(): Promise<DeviceFacts> {
  const cores = availableParallelism()
  const memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
  try {
    const { bavail, bsize } = await statfs(homedir())
    return { cores, memoryBytes, storageBytes: bavail * bsize }
  } catch {
    return { cores, memoryBytes }
  }
}

/** Node knows of no battery. Twice as much work as processors counts as hot: whatever is added waits. */
export const deviceConditions: Platform['deviceConditions'] = async () => {
  const [lastMinute = 0] = loadavg()
  const load = lastMinute / availableParallelism()
  return { battery: 1, heat: Math.max(0, Math.min(1, load - 1)) }
}
