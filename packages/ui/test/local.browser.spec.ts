import config from '../../../playwright.config.ts'
import { ask, expect, test } from './browser/test.ts'

// Without a GPU, WebGPU in software is far slower than WASM, which is what this test is about.
const { args = [], ...launch } = config.use?.launchOptions ?? {}
test.use({ launchOptions: { ...launch, args: args.filter(flag => !/webgpu|Vulkan/.test(flag)) } })

test('with no server to ask, the page answers by itself: agent, tools and model run inside it', async ({
  page,
}) => {
  await page.route('**/api/**', route => route.abort())
  await page.goto('/')
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  await page.getByRole('radio', { name: /^Local/ }).click()
  await expect(page.getByRole('radio', { name: 'Local: ready' })).toBeVisible()
  await ask(page, 'What is 23 × 19?')
  const footer = page.getByRole('article').last().locator('footer')
  await expect(footer).toContainText(/Local.*lumos-nano.*WASM/, { timeout: 100_000 })
  await expect(page.getByRole('article').last()).toContainText('calculator')
})
