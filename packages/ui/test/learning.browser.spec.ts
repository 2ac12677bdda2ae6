import { readFile } from 'node:fs/promises'
import type { FileChooser, Page } from '@playwright/test'
import config from '../../../playwright.config.ts'
import { ask, expect, expectAccessible, remember, test } from './browser/test.ts'

// Without a GPU, WebGPU in software is far slower than WASM.
const { args = [], ...launch } = config.use?.launchOptions ?? {}
test.use({ launchOptions: { ...launch, args: args.filter(flag => !/webgpu|Vulkan/.test(flag)) } })
test.setTimeout(150_000)

const policy = '[data-policy="tool-focus"]'

async function answerOnce(page: Page, modelId: string): Promise<void> {
  await page.goto('/')
  await ask(page, 'What is 23 × 19?')
  const footer = page.getByRole('article').last().locator('footer')
  await expect(footer).toContainText(modelId, { timeout: 100_000 })
}

type ChosenFile = Parameters<FileChooser['setFiles']>[0]

async function importFile(page: Page, file: ChosenFile): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: /^Import/ }).click()
  await (await chooser).setFiles(file)
}

test('learns nothing unless allowed; then a rating counts, can be taken along, and be forgotten', async ({
  page,
}) => {
  await remember(page, { language: 'en', place: 'cloud' })
  await answerOnce(page, 'scripted')
  await expect(page.getByRole('button', { name: 'Good answer' })).toBeHidden()
  await page.goto('/models')
  await page.getByRole('radio', { name: /^Local/ }).click()
  const allow = page.getByRole('switch', { name: 'Learn from my ratings' })
  await expect(allow).not.toBeChecked()
  await expect(page.locator(policy)).toBeHidden()
  await allow.focus()
  await page.keyboard.press('Space')
  await expect(page.locator(policy)).toContainText('The fixed rule', { timeout: 30_000 })

  await answerOnce(page, 'lumos-nano')
  const good = page.getByRole('button', { name: 'Good answer' })
  await good.click()
  await expect(good).toHaveAttribute('aria-pressed', 'true')

  await page.goto('/models')
  const outcomes = page.locator(policy).getByText('Outcomes known').locator('..')
  await expect(outcomes).toContainText('1', { timeout: 60_000 })
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: /^Export/ }).click()
  const path = await (await download).path()
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ type: 'lumos-adaptation/1' })

  await importFile(page, { name: 'mine.json', mimeType: 'application/json', buffer: await readFile(path) })
  await expect(page.locator(policy)).toContainText('Version 1')
  await page.getByText('How it came about').click()
  await expect(page.locator(policy).getByRole('listitem').last()).toContainText('brought from elsewhere')
  await page.getByRole('button', { name: /^Back to the fixed rule/ }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Back to the fixed rule' }).click()
  await expect(page.locator(policy)).toContainText('The fixed rule')

  await page.getByRole('button', { name: /^Forget everything/ }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Forget everything' }).click()
  await expect(outcomes).toContainText('0')

  await importFile(page, { name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') })
  await expect(page.locator(policy).getByRole('alert')).toContainText('This file is no export')
})

for (const theme of ['light', 'dark'] as const) {
  test(`the learning card is accessible in ${theme}, and fits a phone`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await remember(page, { language: 'zh', place: 'local', learns: true, theme })
    await page.goto('/models')
    await expect(page.locator(policy)).toContainText('固定规则', { timeout: 60_000 })
    await expectAccessible(page)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(360)
  })
}
