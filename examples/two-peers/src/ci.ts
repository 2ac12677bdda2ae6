// Starts a host, asks it from a second process and looks for the right answer.
import { execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const host = spawn(process.execPath, [path('host.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
try {
  let isAnswered = false
  for await (const address of createInterface(host.stdout)) {
    const { stdout } = await promisify(execFile)(process.execPath, [path('ask.ts'), address])
    console.log(`${address}\n${stdout.trim()}`)
    isAnswered = /→ calculator/.test(stdout) && /^.*437/m.test(stdout) && /\(peer did:key:/.test(stdout)
    break
  }
  if (!isAnswered) throw new Error('The peer did not answer 437 through its calculator.')
} finally {
  host.kill()
}
