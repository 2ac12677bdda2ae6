// Opens the page in Chromium with a server of its own, asks, and looks for the right answer.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { findBrowser } from '../../../scripts/command/find-browser.mjs'
import { serve } from './serve.ts'

const page = await serve()
const home = await mkdtemp(join(tmpdir(), 'lumos-example-'))
const main = fileURLToPath(new URL('main.js', import.meta.resolve('@lomusai/server')))
const server = spawn(process.execPath, [main], {
  env: { ...process.env, LUMOS_PORT: '0', LUMOS_HOME: home, LUMOS_CORS_ORIGINS: page.url },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const executablePath = findBrowser()
const browser = await chromium.launch({ args: ['--no-sandbox'], ...(executablePath && { executablePath }) })
try {
  const url = await urlOf(server.stdout)
  const tab = await browser.newPage()
  tab.on('pageerror', error => console.error(error))
  await tab.goto(`${page.url}/?server=${encodeURIComponent(url)}`)
  await tab.getByRole('button', { name: 'Ask' }).click()
  await tab.getByRole('listitem').filter({ hasText: 'calculator' }).waitFor()
  await tab.locator('output').filter({ hasText: '437' }).waitFor()
  console.log(await tab.locator('output').textContent())
} finally {
  await browser.close()
  await page.stop()
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
