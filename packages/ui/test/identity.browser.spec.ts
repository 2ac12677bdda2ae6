import { expect, type Page } from '@playwright/test'
import {
  conversation,
  create,
  nameDevice,
  nameOn,
  otherDevice,
  talk,
  writeDownWords,
} from './browser/person-steps.ts'
import { ask, expectAccessible } from './browser/test.ts'
import { test } from './browser/unowned-server.ts'

// A new database takes its time where processors are few.
test.setTimeout(240_000)

/** Nothing readable in what the browser keeps for this page. */
async function keeps(page: Page, text: string): Promise<boolean> {
  return page.evaluate(async needle => {
    const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)]
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name ?? '')
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
      for (const store of database.objectStoreNames) {
        const request = database.transaction(store).objectStore(store).getAll()
        await new Promise(resolve => {
          request.onsuccess = resolve
        })
        found.push(JSON.stringify(request.result))
      }
      database.close()
    }
    return found.join().includes(needle)
  }, text)
}

test('a page becomes a person, with its conversations; the words are shown once, and a reload finds the same person', async ({
  page,
}) => {
  await talk(page, 'Hello before')
  await page.getByRole('link', { name: 'Identity' }).click()
  await page.getByRole('button', { name: 'Create my identity' }).click()
  await expectAccessible(page)
  await nameDevice(page, 'Laptop')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Write these 24 words down' })).toBeVisible()
  await expectAccessible(page)
  const words = await writeDownWords(page)
  const did = await nameOn(page)
  await expect(page.getByText('(this device)')).toBeVisible()
  await expectAccessible(page)
  expect(await keeps(page, did)).toBe(true)
  expect(await keeps(page, words.slice(0, 2).join(' '))).toBe(false)

  await talk(page, 'Hello after')
  await page.goto('/identity')
  expect(await nameOn(page)).toBe(did)
  await expect(page.getByRole('list', { name: 'Your 24 words' })).toHaveCount(0)
  await expect(conversation(page, 'Hello before')).toBeVisible()
  await expect(conversation(page, 'Hello after')).toBeVisible()
})

test('the owner of a server who becomes a person stays its owner', async ({ page, server }) => {
  const claim = await server.node.access.createClaimCode()
  await page.goto(`/#claim=${claim?.code}`)
  await page.getByRole('button', { name: 'Become the owner' }).click()
  await expect(page.getByRole('heading', { name: 'Permissions given' })).toBeVisible()
  const { did } = await create(page, 'Laptop')
  await page.goto('/access')
  await expect(page.getByRole('listitem').filter({ hasText: did })).toContainText('(you)')
})

test('two browsers show the same six digits, and are one person until one removes the other', async ({
  page,
  browser,
  server,
}) => {
  const { did } = await create(page, 'Laptop')
  await talk(page, 'From the laptop')

  const phone = await otherDevice(browser, server)
  await phone.goto('/identity')
  await phone.getByRole('button', { name: 'I have one on another device' }).click()
  await nameDevice(phone, 'Phone')
  await phone.getByRole('button', { name: 'Show the link' }).click()
  await expect(phone.getByRole('img', { name: 'QR code of the link beside it' })).toBeVisible()
  await expectAccessible(phone)
  await page.goto(await phone.getByText(/\/identity#pair=/).innerText())
  await page.getByRole('button', { name: 'Continue' }).click()
  const question = page.getByRole('dialog', { name: 'Let “Phone” in?' })
  const code = await question.getByTestId('pairing-code').innerText()
  expect(code).toMatch(/^\d{3} \d{3}$/)
  expect(await phone.getByTestId('pairing-code').innerText()).toBe(code)
  await expectAccessible(page)
  await phone.getByRole('button', { name: 'They match' }).click()
  await question.getByRole('button', { name: 'They match – let it in' }).click()
  await expect(page.getByRole('button', { name: 'Remove “Phone”' })).toBeVisible()
  await expect.poll(() => nameOn(phone)).toBe(did)
  await expect(conversation(phone, 'From the laptop')).toBeVisible()

  await page.getByRole('button', { name: 'Remove “Phone”' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('button', { name: 'Remove “Phone”' })).toHaveCount(0)
  await phone.goto('/')
  await phone.getByRole('radio', { name: /Cloud/ }).click()
  await ask(phone, 'Am I still here?')
  await expect(phone.getByText('You may not do this here', { exact: true })).toBeVisible()
  await expect(phone.getByText('This device was removed from your identity')).toBeVisible()
  await expect(phone.getByText('From the laptop')).toHaveCount(0)
  await page.reload()
  await expect(conversation(page, 'From the laptop')).toBeVisible()
})

test('24 words bring a person back in another browser, which is alone from then on', async ({
  page,
  browser,
  server,
}) => {
  const { did, words } = await create(page, 'Lost laptop')
  await talk(page, 'Worth keeping')
  const desktop = await otherDevice(browser, server)
  await desktop.goto('/identity')
  await desktop.getByRole('button', { name: 'I lost my devices' }).click()
  await desktop.getByRole('textbox', { name: 'Your name' }).fill(did)
  await desktop.getByRole('textbox', { name: 'Your 24 words' }).fill([...words].reverse().join(' '))
  await nameDevice(desktop, 'Desktop')
  await desktop.getByRole('button', { name: 'Recover', exact: true }).click()
  await expect(desktop.getByRole('alert')).toContainText('Check what you gave')
  await expectAccessible(desktop)
  await desktop.getByRole('textbox', { name: 'Your 24 words' }).fill(words.join(' '))
  await desktop.getByRole('button', { name: 'Recover', exact: true }).click()
  await expect.poll(() => nameOn(desktop)).toBe(did)
  await expect(desktop.getByText('Lost laptop')).toHaveCount(0)
  await expect(conversation(desktop, 'Worth keeping')).toBeVisible()
  await page.goto('/')
  await expect(page.getByText('This device was removed from your identity')).toBeVisible()
})
