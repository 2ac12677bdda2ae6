import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configFromEnvironment, createLogger, createServer } from '@lomusai/server'
import { expect, test } from '@playwright/test'
import { ask } from './browser/test.ts'

// A new database and a model on one WASM thread take their time where processors are few.
test.setTimeout(240_000)

test('lumos_server serves the page, and its embedded model answers through a tool', async ({ page }) => {
  const home = await mkdtemp(join(tmpdir(), 'lumos-ui-'))
  const config = configFromEnvironment({ LUMOS_HOME: home, LUMOS_PORT: '0' })
  const server = await createServer(config, createLogger('silent'))
  try {
    await server.start()
    await page.goto(server.url)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    await ask(page, 'What is 23 × 19?')
    const answer = page.getByRole('article').last()
    await expect(answer.locator('footer')).toContainText(/Cloud.*lumos-nano/, { timeout: 90_000 })
    await expect(answer.getByRole('button', { name: /^Tool call: calculator .* done$/ })).toBeVisible()
    await page.reload()
    await expect(page.getByRole('article').last().locator('footer')).toContainText('lumos-nano')
  } finally {
    await server.stop()
    await rm(home, { recursive: true, force: true })
  }
})
