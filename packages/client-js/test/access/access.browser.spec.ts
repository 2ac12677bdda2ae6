import { join } from 'node:path'
import { expect, test } from '../../../../tests/browser/test.ts'
import type { AccessCalls } from './access-page.ts'
import { delegate, identityOf } from './access-setup.ts'

declare const calls: AccessCalls

test.beforeEach(async ({ page, servePage }) => {
  await page.goto(await servePage({ script: join(import.meta.dirname, 'access-page.ts') }))
})

test('a node in a page admits by a chain, and neither by a forged nor by a revoked one', async ({ page }) => {
  const { cids, admitted, forged, revoked, warmMs } = await page.evaluate(() => calls.askTwice())
  expect({ admitted, forged, revoked }).toEqual({ admitted: cids, forged: 'forbidden', revoked: 'forbidden' })
  console.info(`a seen chain of two links, in the page: ${warmMs.toFixed(3)} ms`)
})

test('a page reads a token of Node, and gives it the same CID', async ({ page }) => {
  const { token, cid } = await delegate(await identityOf(1), await identityOf(2))
  expect(await page.evaluate(text => calls.cidOf(text), token)).toBe(cid)
})
