import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../../../../../tests/browser/test.ts'
import type { CredentialCalls } from './credentials-page.ts'

declare const calls: CredentialCalls

const script = join(import.meta.dirname, 'credentials-page.ts')
const vectorsPath = join(import.meta.dirname, '../../../../../spec/vectors/did-lumos.json')

test.beforeEach(async ({ page, servePage }) => {
  await page.goto(await servePage({ script }))
})

test('a browser reads every DID log of the vectors as Node does', async ({ page }) => {
  const { logs } = JSON.parse(readFileSync(vectorsPath, 'utf8'))
  expect(logs.length).toBeGreaterThan(5)
  for (const { log, did, head, keys } of logs) {
    const text = JSON.stringify(log)
    expect(await page.evaluate(input => calls.readLog(input), text)).toEqual({ did, head, keys })
  }
})

test('a removed device speaks for nobody any more, at once', async ({ page }) => {
  expect(await page.evaluate(() => calls.removeDevice())).toEqual([2, 1])
})

test('a presentation counts once, and a revoked credential not at all', async ({ page }) => {
  expect(await page.evaluate(() => calls.presentAndRevoke())).toEqual({
    first: [{ team: 'Blue' }],
    again: 'replayed-request',
    revoked: 'forbidden',
  })
})

test('a holder shows a part and keeps the rest', async ({ page }) => {
  expect(await page.evaluate(() => calls.showPart())).toEqual({ team: 'Blue', role: 'member' })
})
