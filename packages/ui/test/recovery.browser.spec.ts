import { expect, type Page } from '@playwright/test'
import { conversation, create, nameDevice, nameOn, otherDevice, talk } from './browser/person-steps.ts'
import { expectAccessible } from './browser/test.ts'
import { test } from './browser/unowned-server.ts'

// A new database takes its time where processors are few.
test.setTimeout(240_000)

async function guardianKey(page: Page): Promise<string> {
  return (await page.getByText(/^lumos-guardian\/1:/).innerText()).trim()
}

async function shares(page: Page): Promise<string[]> {
  const texts = page.getByRole('dialog').getByText(/^lumos-sealed-share\/1:/)
  await expect(texts.first()).toBeVisible()
  return texts.allInnerTexts()
}

/** What a guardian does for a friend, on their own page. */
async function passOn(page: Page, share: string, recipient: string): Promise<string> {
  await page.getByRole('button', { name: 'Help a friend come back' }).click()
  await page.getByRole('textbox', { name: 'The share you hold for them' }).fill(share)
  await page.getByRole('textbox', { name: 'Your friend’s guardian key now' }).fill(recipient)
  await page.getByRole('button', { name: 'Pass it on' }).click()
  const [passed = ''] = await shares(page)
  await page.getByRole('button', { name: 'Done' }).click()
  return passed
}

test('two guardians bring a person back who has neither devices nor words; one cannot', async ({
  page,
  browser,
  server,
}) => {
  const { did, words } = await create(page, 'Lost laptop')
  await talk(page, 'Worth keeping')
  const friends = await Promise.all([1, 2].map(() => otherDevice(browser, server)))
  const keys: string[] = []
  for (const friend of friends) {
    await create(friend, 'Friend’s laptop')
    keys.push(await guardianKey(friend))
  }

  await page.goto('/identity')
  await page.getByRole('button', { name: 'Choose guardians' }).click()
  await page.getByRole('textbox', { name: 'Their guardian keys' }).fill(`Ann ${keys[0]}\nBob: ${keys[1]}`)
  await expect(page.getByText('2 keys.')).toBeVisible()
  await page.getByRole('textbox', { name: 'The words you have now' }).fill(words.join(' '))
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Split my words' }).click()
  const sealed = await shares(page)
  expect(sealed).toHaveLength(2)
  await expectAccessible(page)

  const desktop = await otherDevice(browser, server)
  await desktop.goto('/identity')
  await desktop.getByRole('button', { name: 'I lost my devices' }).click()
  await desktop.getByRole('radio', { name: 'My guardians' }).click()
  const recipient = await guardianKey(desktop)
  const [one, two] = friends as [Page, Page]
  const passed = [
    await passOn(one, sealed[0] ?? '', recipient),
    await passOn(two, sealed[1] ?? '', recipient),
  ]
  await desktop.getByRole('textbox', { name: 'Your name' }).fill(did)
  await nameDevice(desktop, 'Desktop')
  const given = desktop.getByRole('textbox', { name: 'What your guardians passed on' })
  const recover = desktop.getByRole('button', { name: 'Recover', exact: true })
  await given.fill(`${passed[0]} ${passed[0]}`)
  await recover.click()
  await expect(desktop.getByRole('alert')).toContainText('too few shares')
  await given.fill(`${passed[0]} ${sealed[1]}`)
  await recover.click()
  await expect(desktop.getByRole('alert')).toContainText('sealed for another key')
  await expectAccessible(desktop)
  await given.fill(passed.join('\n'))
  await recover.click()
  await expect.poll(() => nameOn(desktop)).toBe(did)
  await expect(conversation(desktop, 'Worth keeping')).toBeVisible()
})

test('a device gets a new key and goes on as the same person, with its conversations', async ({ page }) => {
  const { did } = await create(page, 'Laptop')
  await talk(page, 'Before the new key')
  await page.goto('/identity')
  const keys = page.getByRole('region', { name: 'You', exact: true }).getByText(/^did:key:/)
  const old = await keys.innerText()
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'New key' }).click()
  await expect(keys).not.toHaveText(old)
  expect(await nameOn(page)).toBe(did)
  await talk(page, 'After the new key')
  await page.reload()
  await expect(conversation(page, 'Before the new key')).toBeVisible()
  await expect(conversation(page, 'After the new key')).toBeVisible()
})
