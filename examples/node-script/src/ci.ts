// Runs the script twice, with the agent in its own process and on a server, and looks for the right answer.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const script = fileURLToPath(new URL('main.ts', import.meta.url))

async function check(place: string, env: Record<string, string>): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, [script], {
    env: { ...process.env, ...env },
  })
  console.log(stdout.trim())
  if (!/→ calculator/.test(stdout)) throw new Error('The agent did not use its calculator.')
  if (!/\n.*437/.test(stdout.split('←').at(-1) ?? '')) throw new Error('The answer is not 437.')
  if (!stdout.includes(`, ${place})`)) throw new Error(`The agent did not run in the ${place} place.`)
}

const home = await mkdtemp(join(tmpdir(), 'lumos-example-'))
const main = fileURLToPath(new URL('main.js', import.meta.resolve('@lomusai/server')))
const server = spawn(process.execPath, [main], {
  env: { ...process.env, LUMOS_PORT: '0', LUMOS_HOME: home },
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  await check('local', {})
  const url = await urlOf(server.stdout)
  await check('cloud', { LUMOS_URL: url })
} finally {
  // Its folder is in use until it is gone.
  if (server.kill()) await once(server, 'exit')
  await rm(home, { recursive: true, force: true })
}

async function urlOf(output: Readable): Promise<string> {
  for await (const line of createInterface(output)) {
    const url = /ready at (http\S+)/.exec(line)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('The server did not start.')
}
