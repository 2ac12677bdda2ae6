import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { RunEvent } from '../../src/contracts/index.ts'

const script = fileURLToPath(new URL('./killed-host.ts', import.meta.url))

/** Runs the host's process and kills it, the hard way, after `killAfter` events. Resolves to what it printed. */
async function runProcess(path: string, offset: number, killAfter: number) {
  const child = spawn(process.execPath, ['--conditions=lumos-source', script, path, String(offset)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const events: RunEvent[] = []
  const exited = new Promise<NodeJS.Signals | null>(resolve =>
    child.once('close', (_code, signal) => resolve(signal)),
  )
  for await (const line of createInterface({ input: child.stdout })) {
    // A line cut by the kill was not seen.
    if (!line.endsWith('}')) break
    events.push(JSON.parse(line))
    if (events.length >= killAfter) child.kill('SIGKILL')
  }
  return { events, signal: await exited }
}

it('a run outlives the SIGKILL of its process, three times, and charges each call once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lumos-kill-'))
  try {
    const path = join(directory, 'store.log')
    const seen: RunEvent[] = []
    for (const killAfter of [9, 7, 11]) {
      const { events, signal } = await runProcess(path, seen.length, killAfter)
      expect(signal).toBe('SIGKILL')
      seen.push(...events)
    }
    const last = await runProcess(path, seen.length, Number.POSITIVE_INFINITY)
    expect(last.signal).toBeNull()
    seen.push(...last.events)
    expect(seen.map(({ id }) => id)).toEqual(seen.map((_, index) => index + 1))
    expect(seen.at(-1)).toMatchObject({ type: 'run-finished', status: { state: 'TASK_STATE_COMPLETED' } })
    const again = await runProcess(path, 0, Number.POSITIVE_INFINITY)
    expect(again.events).toEqual(seen)
    const charges = (await readFile(`${path}.charges`, 'utf8')).trim().split('\n')
    expect(new Set(charges).size).toBe(charges.length)
    expect(charges.length).toBeLessThanOrEqual(4)
  } finally {
    await rm(directory, { recursive: true })
  }
}, 60_000)
