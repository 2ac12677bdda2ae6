import { join } from 'node:path'
import { expect, test } from '../../../../tests/browser/test.ts'
import type { IdbStoreCalls } from './idb-store-page.ts'

declare const calls: IdbStoreCalls

const script = join(import.meta.dirname, 'idb-store-page.ts')

test('a browser keeps what was written across a reload, in the order of the keys', async ({
  page,
  servePage,
}) => {
  await page.goto(await servePage({ script }))
  await page.evaluate(() => calls.write(300))
  await page.reload()
  const expected = Array.from({ length: 300 }, (_, index) => `key/${index}`).sort()
  expect(await page.evaluate(() => calls.list(false))).toEqual(expected)
  expect(await page.evaluate(() => calls.list(true))).toEqual([...expected].reverse())
})

test('of two tabs that claim one key at the same time, one wins', async ({ page, context, servePage }) => {
  const url = await servePage({ script })
  const other = await context.newPage()
  await Promise.all([page.goto(url), other.goto(url)])
  const wins = await Promise.all([page, other].map(tab => tab.evaluate(() => calls.claim('tab'))))
  expect([...wins].sort()).toEqual([false, true])
})
