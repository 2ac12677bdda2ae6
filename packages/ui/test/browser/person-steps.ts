import type { LumosServer } from '@lomusai/server'
import { type Browser, expect, type Page } from '@playwright/test'
import { ask } from './test.ts'

/** Another device: a browser profile of its own. */
export async function otherDevice(browser: Browser, server: LumosServer): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url })
  return context.newPage()
}

export async function nameDevice(page: Page, label: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Name of this device' }).fill(label)
}

/** Reads the words that are shown, and types the two that are asked for. */
export async function writeDownWords(page: Page): Promise<string[]> {
  const items = page.getByRole('list', { name: 'Your 24 words' }).getByRole('listitem')
  await expect(items).toHaveCount(24)
  const words = (await items.allInnerTexts()).map(text => text.replace(/[\d\s]/g, ''))
  await page.getByRole('button', { name: 'I wrote them down' }).click()
  for (const label of await page.getByText(/^Word \d+$/).allInnerTexts()) {
    await page
      .getByRole('textbox', { name: label, exact: true })
      .fill(words[Number(label.slice(5)) - 1] ?? '')
  }
  await page.getByRole('button', { name: 'Continue' }).click()
  return words
}

/** Becomes a person by the first of the three ways. Resolves to their name and words. */
export async function create(page: Page, label: string): Promise<{ did: string; words: string[] }> {
  await page.goto('/identity')
  await page.getByRole('button', { name: 'Create my identity' }).click()
  await nameDevice(page, label)
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  const words = await writeDownWords(page)
  return { did: await nameOn(page), words }
}

export async function nameOn(page: Page): Promise<string> {
  const you = page.getByRole('region', { name: 'You', exact: true })
  return (await you.getByText(/^did:lumos:/).innerText()).trim()
}

/** A conversation on the server, with an answer. */
export async function talk(page: Page, text: string): Promise<void> {
  await page.goto('/')
  await page.getByRole('radio', { name: /Cloud/ }).click()
  await ask(page, text)
  await expect(page.getByText('Good day.', { exact: true })).toBeVisible()
}

export function conversation(page: Page, title: string) {
  return page.getByRole('navigation', { name: 'Conversations' }).getByText(title)
}
