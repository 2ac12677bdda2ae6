import { ask, expect, expectAccessible, remember, test } from './browser/test.ts'

for (const theme of ['light', 'dark'] as const) {
  test(`no page has a serious fault for assistive technology, ${theme}`, async ({ page }) => {
    await remember(page, { theme })
    await page.goto('/')
    await expect(page.getByText('What shall we find out?')).toBeVisible()
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await expectAccessible(page)
    await ask(page, 'What is 23 × 19?')
    await expect(page.getByRole('article').last()).toContainText('437')
    await ask(page, 'Remember this')
    await expect(page.getByText('Allow this?')).toBeVisible()
    await expectAccessible(page)
    for (const name of ['Agents', 'Network', 'Settings']) {
      await page.getByRole('link', { name, exact: true }).click()
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
      await expect(page.getByRole('status', { name: 'Loading…' })).toHaveCount(0)
      await expectAccessible(page)
    }
  })
}

test('language and theme are switched, and remembered', async ({ page }) => {
  await page.goto('/settings')
  await page.getByRole('radio', { name: '中文' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('设置')
  await page.getByRole('radio', { name: '深色' }).click()
  await page.goto('/')
  await expect(page.getByText('今天想了解什么？')).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('everything needed to ask and stop is reached by keyboard alone', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused()
  await page.keyboard.type('Tell me a story')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('a long one')
  await page.keyboard.press('Enter')
  await expect(page.getByText('word5')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('article').last().locator('footer')).toContainText('Stopped')
  await page.getByRole('radio', { name: /^Auto/ }).focus()
  // A key is down for a moment when a person presses it, and the radio group counts on that.
  await page.keyboard.press('ArrowRight', { delay: 60 })
  await page.keyboard.press('ArrowRight', { delay: 60 })
  await expect(page.getByRole('radio', { name: /^Cloud/ })).toBeChecked()
})

test('at 360 pixels everything fits, and the navigation is a drawer', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto('/')
  await ask(page, 'Show me')
  await expect(page.getByRole('button', { name: 'Copy code' })).toBeVisible()
  await page.getByRole('button', { name: 'Open menu' }).click()
  await page.getByRole('dialog').getByRole('link', { name: 'Network' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Network')
  await expect(page.getByRole('region', { name: 'The server’s node' })).toContainText('did:key:')
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBe(360)
})
