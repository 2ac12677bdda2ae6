import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright'
import { findBrowser } from '../../../scripts/command/find-browser.mjs'
import { startServer } from './server-start.ts'
import type { Span } from './span.ts'

const home = () => mkdtempSync(join(tmpdir(), 'lumos-start-'))

/**
 * Later visits of the built UI, served as a user has it, in a profile that has been there once and used the local place:
 * the question is sent as soon as there is a field to write it in.
 */
export async function measurePage(visits: number): Promise<Span[][]> {
  const folders = [home(), home()] as const
  await using server = await startServer(folders[0])
  const rounds: Span[][] = []
  try {
    for (let visit = 0; visit <= visits; visit++) {
      const spans = await visitPage(server.url, folders[1], visit === 0)
      if (visit > 0) rounds.push(spans)
    }
    return rounds
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  }
}

async function visitPage(url: string, profile: string, isFirst: boolean): Promise<Span[]> {
  const executablePath = findBrowser()
  const context = await chromium.launchPersistentContext(profile, {
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
    ...(executablePath !== undefined && { executablePath }),
  })
  try {
    const page = context.pages()[0] ?? (await context.newPage())
    page.setDefaultTimeout(180_000)
    await page.addInitScript(watchPage)
    await page.goto(url)
    if (isFirst) await page.getByRole('radio', { name: /^Local/ }).click()
    return await ask(page, 'Hello, who are you?')
  } finally {
    await context.close()
  }
}

async function ask(page: Page, text: string): Promise<Span[]> {
  const field = page.getByRole('textbox', { name: 'Message' })
  await field.fill(text)
  await field.press('Enter')
  await page.locator('article[data-place] footer').waitFor()
  // The browser may still be writing its caches.
  await page.waitForTimeout(1000)
  const { field: fieldMs, asked = 0, token = 0, answer = 0 } = await page.evaluate(() => startTimes)
  return [
    { name: 'navigation to a field to write in', ms: fieldMs ?? 0 },
    { name: 'navigation to the question', ms: asked },
    { name: 'navigation to the first token', ms: token },
    { name: 'question to the first token', ms: token - asked },
    { name: 'question to the whole answer', ms: answer - asked },
  ]
}

/** In the page. Since navigation started, milliseconds. */
declare const startTimes: { field?: number; asked?: number; token?: number; answer?: number }

function watchPage(): void {
  const times: typeof startTimes = {}
  Object.assign(globalThis, { startTimes: times })
  const look = () => {
    if (document.querySelector('textarea')) times.field ??= performance.now()
    const article = document.querySelector('article[data-place]')
    if (article) times.asked ??= performance.now()
    if (article?.querySelector('.whitespace-pre-wrap, .prose')?.textContent) times.token ??= performance.now()
    if (article?.querySelector('footer')) times.answer ??= performance.now()
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true })
}
