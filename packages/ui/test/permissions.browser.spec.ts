import { createClient, isLumosError } from '@lomusai/client-js'
import { createIdentity } from '@lomusai/client-js/identity'
import type { LumosServer } from '@lomusai/server'
import { expect, type Page } from '@playwright/test'
import { expectAccessible } from './browser/test.ts'
import { test } from './browser/unowned-server.ts'

// A new database takes its time where processors are few.
test.setTimeout(240_000)

/** Opens the link that the server prints at its first start, and takes the offer. */
async function becomeOwner(page: Page, server: LumosServer): Promise<void> {
  const claim = await server.node.access.createClaimCode()
  await page.goto(`/#claim=${claim?.code}`)
  await page.getByRole('button', { name: 'Become the owner' }).click()
  await expect(page.getByRole('heading', { name: 'Permissions given' })).toBeVisible()
}

/** What somebody may see of the server's audit trail: `allowed`, or the code of the refusal. */
async function readTrail(server: LumosServer, identity: Awaited<ReturnType<typeof createIdentity>>) {
  await using client = createClient({ baseUrl: server.url, identity })
  try {
    await client.audit.list()
    return 'allowed'
  } catch (error) {
    return isLumosError(error) ? error.code : error
  }
}

test('the first who opens the printed link owns the server; nobody else sees its permissions', async ({
  page,
  browser,
  server,
}) => {
  await page.goto('/access')
  await expect(page.getByRole('heading', { name: 'Own this server' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Code' }).fill('wrong')
  await page.getByRole('button', { name: 'Become the owner' }).click()
  await expect(page.getByRole('alert')).toContainText('This code is wrong, used or expired')
  await expectAccessible(page)
  await becomeOwner(page, server)
  expect(page.url()).not.toContain('claim')
  await expect(page.getByRole('listitem').filter({ hasText: 'Owner(you)' })).toBeVisible()

  const stranger = await (await browser.newContext({ baseURL: server.url })).newPage()
  await stranger.goto('/audit')
  await expect(stranger.getByText('Only an owner of the server')).toBeVisible()
})

test('an owner answers a request for permission, and takes the permission back', async ({ page, server }) => {
  const anna = await createIdentity()
  await becomeOwner(page, server)
  expect(await readTrail(server, anna)).toBe('forbidden')
  await page.goto(`/access#ask=${anna.did}`)
  const question = page.getByRole('dialog')
  await expect(question).toContainText('asks for permission')
  await question.getByRole('textbox', { name: 'Name for your list' }).fill('Anna')
  await question.getByRole('combobox', { name: 'What for' }).selectOption('Read the audit trail')
  await expectAccessible(page)
  await question.getByRole('button', { name: 'Allow', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Take back “Anna”' })).toBeVisible()
  expect(await readTrail(server, anna)).toBe('allowed')

  await page.getByRole('button', { name: 'Take back “Anna”' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click()
  const ended = page.getByRole('button', { name: 'Show 1 that ended' })
  await expect(ended).toBeVisible()
  expect(await readTrail(server, anna)).toBe('forbidden')
  await ended.click()
  await expect(page.getByText('Anna', { exact: true })).toBeVisible()
})

test('a key for programs is shown once, and listed as a permission', async ({ page, server }) => {
  await becomeOwner(page, server)
  await page.getByRole('textbox', { name: 'Name of the program' }).fill('Notebook')
  await page.getByRole('button', { name: 'Create key' }).click()
  await expect(page.getByText('Copy this key now')).toBeVisible()
  await expectAccessible(page)
  await expect(page.getByRole('button', { name: 'Take back “Notebook”' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Take back “Notebook”' })).toBeVisible()
  await expect(page.getByText('Copy this key now')).toHaveCount(0)
})

test('the audit trail is proved in the browser, entry by entry, and exported', async ({ page, server }) => {
  await becomeOwner(page, server)
  expect(await readTrail(server, await createIdentity())).toBe('forbidden')
  await page.getByRole('link', { name: 'Audit trail' }).click()
  await expect(page.getByText(/entries, signed and unchanged/)).toBeVisible()
  await page.getByRole('radio', { name: 'Refused' }).click()
  const refused = page.getByRole('listitem').filter({ hasText: '/audit/list' }).first()
  await refused.getByText('/audit/list').click()
  await refused.getByText('Check the proof').click()
  await expect(refused.getByText(/is in the log of \d+ entries that the server signed/)).toBeVisible()
  await expectAccessible(page)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  expect((await download).suggestedFilename()).toMatch(/^lumos-audit-.*\.ndjson$/)
  await page.reload()
  await expect(page.getByText(/is still there, unchanged/)).toBeVisible()
})
