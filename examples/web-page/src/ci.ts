// Opens the page in Chromium with a server of its own, asks, and looks for the right answer.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
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
  for await (const line of createInterface(server.stdout)) {
    const url = /ready at (http\S+)/.exec(line)?.[1]
    if (url === undefined) continue
    const tab = await browser.newPage()
    tab.on('pageerror', error => console.error(error))
    await tab.goto(`${page.url}/?server=${encodeURIComponent(url)}`)
    await tab.getByRole('button', { name: 'Ask' }).click()
    await tab.getByRole('listitem').filter({ hasText: 'calculator' }).waitFor()
    await tab.locator('output').filter({ hasText: '437' }).waitFor()
    console.log(await tab.locator('output').textContent())
    break
  }
} finally {
  await browser.close()
  await page.stop()
  server.kill()
  await rm(home, { recursive: true, force: true })
}
