import { join } from 'node:path'
import { expect, test } from '../../../../tests/browser/test.ts'
import type { IdentityCalls } from './identity-page.ts'

declare const calls: IdentityCalls

const script = join(import.meta.dirname, 'identity-page.ts')

test.beforeEach(async ({ page, servePage }) => {
  await page.goto(await servePage({ script }))
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
})

test('a browser signs and verifies, and refuses a changed message', async ({ page }) => {
  expect(await page.evaluate(() => calls.signAndVerify())).toEqual({ own: true, forged: false })
})

test('an identity opened twice at once and after a reload is one', async ({ page }) => {
  const before = await page.evaluate(() => calls.openAtOnce())
  await page.reload()
  const after = await page.evaluate(() => calls.openAtOnce())
  expect(new Set([...before, ...after]).size).toBe(1)
})

test('no script of the page can export the kept private key', async ({ page }) => {
  expect(await page.evaluate(() => calls.stealKey())).toEqual(['InvalidAccessError'])
})
