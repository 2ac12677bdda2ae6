import { existsSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'
import { type ScriptedNode, startScriptedNode } from './scripted-node.ts'

const uiDir = join(import.meta.dirname, '../../dist')

interface Fixtures {
  node: ScriptedNode
}

/** Playwright's `test` with the built UI at its `baseURL`, before a node of its own. */
export const test = base.extend<Fixtures>({
  node: async ({ browserName: _ }, use) => {
    if (!existsSync(join(uiDir, 'index.html'))) {
      throw new Error('The UI is not built. Run: npm run build -w packages/ui')
    }
    await using node = await startScriptedNode(uiDir)
    await use(node)
  },
  baseURL: async ({ node }, use) => use(node.url),
})

export { expect }

/** Writes a message and sends it with Enter. */
export async function ask(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: /^(Message|消息)$/ }).fill(text)
  await page.keyboard.press('Enter')
}

/** Fails with what axe found, if it found anything serious. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const found = serious.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html}`))
  expect(found).toEqual([])
}

/** Opens the app with settings chosen before its first script runs. */
export async function remember(page: Page, settings: Record<string, unknown>): Promise<void> {
  await page.addInitScript(value => {
    if (localStorage.getItem('lumos.settings') === null) localStorage.setItem('lumos.settings', value)
  }, JSON.stringify(settings))
}
