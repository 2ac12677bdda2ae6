import type { Page } from '@playwright/test'
import config from '../../../playwright.config.ts'
import { serveHub } from './browser/fake-hub.ts'
import { expect, expectAccessible, remember, test } from './browser/test.ts'

// Without a GPU, WebGPU in software is far slower than WASM.
const { args = [], ...launch } = config.use?.launchOptions ?? {}
test.use({ launchOptions: { ...launch, args: args.filter(flag => !/webgpu|Vulkan/.test(flag)) } })
test.setTimeout(120_000)

const nano = '[data-model="lumos-nano"]'

async function openModels(page: Page, settings: Record<string, unknown> = {}): Promise<void> {
  await remember(page, { language: 'en', place: 'local', ...settings })
  await page.goto('/models')
  await expect(page.locator(nano)).toBeVisible({ timeout: 60_000 })
}

test('shows what this device can run, and measures a model when asked, by keyboard alone', async ({
  page,
}) => {
  await openModels(page)
  await expect(page.locator(nano)).toContainText('In use')
  await expect(page.locator(nano)).toContainText(/Runs well.*estimated/)
  await expect(page.locator('[data-model*="SmolLM2-135M"]')).toContainText('Apache-2.0')
  await expect(page.locator('[data-model*="Phi-4"]')).toContainText(/Does not fit/)
  await expect(page.getByRole('button', { name: 'Download: Phi-4 mini' })).toBeDisabled()
  await page.getByRole('button', { name: 'Measure: Lumos Nano' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.locator(nano)).toContainText(
    /writes [\d,.]+ and reads [\d,.]+ tokens\/s, measured here/,
    {
      timeout: 90_000,
    },
  )
  await page.reload()
  await expect(page.locator(nano)).toContainText('measured here', { timeout: 60_000 })
})

test('a download says how far it is, can be cancelled, and says when there is no network', async ({
  page,
}) => {
  let isOffline = false
  await page.route('https://huggingface.co/**', async route => {
    if (isOffline) await route.abort()
  })
  await openModels(page)
  const row = page.locator('[data-model*="SmolLM2-135M"]')
  await row.getByRole('button', { name: /^Download/ }).click()
  await expect(row.getByRole('progressbar')).toBeVisible()
  await row.getByRole('button', { name: /^Cancel/ }).click()
  await expect(row.getByRole('progressbar')).toBeHidden()
  isOffline = true
  await row.getByRole('button', { name: /^Download/ }).click()
  await expect(row.getByRole('alert')).toBeVisible()
})

test('a model is downloaded, put to use, and removed', async ({ page }) => {
  const modelId = 'HuggingFaceTB/SmolLM2-135M-Instruct'
  await serveHub(page, modelId)
  await openModels(page)
  const row = page.locator(`[data-model="${modelId}"]`)
  await row.getByRole('button', { name: /^Download/ }).click()
  await row.getByRole('button', { name: /^Use it/ }).click({ timeout: 60_000 })
  await expect(row).toContainText('In use')
  await expect(page.getByText('Used by models').locator('..')).toContainText(/[1-9].*MB/)
  await row.getByRole('button', { name: /^Remove/ }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect(row.getByRole('button', { name: /^Download/ })).toBeVisible()
  await expect(page.getByText('Used by models').locator('..')).not.toContainText('MB')
  await expect(page.locator(nano)).toContainText('In use')
})

test('shows the models of the server when that is the place, and which one is in use', async ({ page }) => {
  await remember(page, { language: 'en', place: 'cloud' })
  await page.goto('/models')
  await expect(page.locator('[data-model="scripted"]')).toContainText('In use')
  await expect(page.getByText('This device')).toBeHidden()
})

for (const theme of ['light', 'dark'] as const) {
  test(`is accessible in ${theme}, and fits a phone`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await openModels(page, { theme, language: 'zh' })
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('模型')
    await expectAccessible(page)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(360)
  })
}
