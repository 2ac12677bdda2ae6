import { ask, expect, remember, test } from './browser/test.ts'

test('the page dials a peer, asks it, and brings the conversation along', async ({ page, node }) => {
  await page.goto('/')
  await ask(page, 'What is 23 × 19?')
  await expect(page.getByRole('article').last()).toContainText('437')
  await page.getByRole('link', { name: 'Network' }).click()
  await page.getByRole('textbox', { name: 'Multiaddr' }).fill(node.peerAddress)
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Connected to/)).toBeVisible()
  await expect(page.getByRole('region', { name: 'Peers of this page' })).toContainText('outbound')
  await page.getByRole('radio', { name: /^Peer/ }).click()
  await page.getByRole('link', { name: 'What is 23 × 19?' }).click()
  await ask(page, 'And what is 23 × 19 again?')
  const answer = page.getByRole('article').last()
  await expect(answer).toContainText('437')
  await expect(answer.locator('footer')).toContainText('Peer')
})

test('a server that does not answer is said so, with a way on', async ({ page }) => {
  await remember(page, { place: 'cloud', serverUrl: 'http://127.0.0.1:9' })
  await page.goto('/')
  await expect(page.getByText('The server at http://127.0.0.1:9 does not answer.')).toBeVisible()
  await ask(page, 'Hello')
  await expect(page.getByRole('article').last()).toContainText('The node does not answer')
  await page.goto('/settings')
  await page.getByRole('textbox', { name: 'Server address' }).fill('')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('radio', { name: 'Cloud: ready' })).toBeVisible()
})

test('agents of the place are listed, and one is chosen to chat with', async ({ page }) => {
  await page.goto('/agents')
  await expect(page.getByRole('article', { name: 'Assistant' })).toContainText('calculator')
  await page.getByRole('button', { name: 'Chat with Assistant' }).click()
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible()
})
