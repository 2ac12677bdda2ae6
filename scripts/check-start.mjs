// npm run check:start: `npm start` twice on one home. The second must answer within the promised seconds, and both
// must end in peace when told to.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const promisedMs = 5_000
const patienceMs = 120_000
const stopMs = 15_000

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const home = mkdtempSync(join(tmpdir(), 'lumos-start-'))
const port = await freePort()
try {
  console.log(`npm start answered after ${await startAndStop()} ms`)
  // A neighbour on the machine may slow one down; the best counts.
  let bestMs = Number.POSITIVE_INFINITY
  for (let again = 0; again < 3 && bestMs > promisedMs; again += 1)
    bestMs = Math.min(bestMs, await startAndStop())
  console.log(`npm start again answered after ${bestMs} ms`)
  if (bestMs > promisedMs) throw new Error(`Starting again took longer than the promised ${promisedMs} ms.`)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  rmSync(home, { recursive: true, force: true })
}

/** @returns {Promise<number>} milliseconds from the command to the first healthy answer */
async function startAndStop() {
  const startedAt = Date.now()
  const env = { ...process.env, LUMOS_PORT: String(port), LUMOS_HOME: home }
  const child = spawn('npm', ['start'], { env, stdio: ['ignore', 'inherit', 'inherit'] })
  const ended = new Promise(resolve => {
    child.on('exit', (code, signal) => resolve(code ?? signal))
  })
  const isReady = await Promise.race([answers(`http://127.0.0.1:${port}/health`), ended.then(() => false)])
  const tookMs = Date.now() - startedAt
  if (!isReady) throw new Error(`npm start ended, or did not answer within ${patienceMs} ms.`)
  await expectPage(`http://127.0.0.1:${port}/`)
  child.kill('SIGTERM')
  await ended
  if (!(await isGone(`http://127.0.0.1:${port}/health`))) {
    throw new Error(`The platform still answers ${stopMs} ms after npm start was told to stop.`)
  }
  return tookMs
}

async function answers(url) {
  const deadline = Date.now() + patienceMs
  while (Date.now() < deadline) {
    const isHealthy = await fetch(url).then(
      response => response.ok,
      () => false,
    )
    if (isHealthy) return true
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return false
}

/** npm ends at once; the platform may take its time to finish running answers. */
async function isGone(url) {
  const deadline = Date.now() + stopMs
  while (Date.now() < deadline) {
    const isThere = await fetch(url).then(
      () => true,
      () => false,
    )
    if (!isThere) return true
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return false
}

async function expectPage(url) {
  const response = await fetch(url)
  const text = await response.text()
  if (!response.ok || !/<div id="root"|<!doctype html/i.test(text))
    throw new Error(`${url} did not answer with the UI.`)
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address()
      probe.close(() => resolve(free))
    })
  })
}
