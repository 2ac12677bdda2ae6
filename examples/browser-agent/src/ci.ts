// Opens the page in Chromium, asks, and looks for the right answer, computed in the page.
import { chromium } from 'playwright'
import { findBrowser } from '../../../scripts/command/find-browser.mjs'
import { serve } from './serve.ts'

const page = await serve()
const executablePath = findBrowser()
const browser = await chromium.launch({ args: ['--no-sandbox'], ...(executablePath && { executablePath }) })
try {
  const tab = await browser.newPage()
  tab.on('pageerror', error => console.error(error))
  const elsewhere: string[] = []
  tab.on('request', request => {
    if (!request.url().startsWith(page.url) && !request.url().startsWith('blob:'))
      elsewhere.push(request.url())
  })
  tab.setDefaultTimeout(90_000)
  await tab.goto(page.url)
  await tab.getByRole('button', { name: 'Ask' }).click()
  await tab.getByText('on wasm, local').waitFor()
  const answer = (await tab.locator('output').textContent()) ?? ''
  const tools = await tab.getByRole('listitem').allTextContents()
  console.log(`${tools.join()}: ${answer}`)
  if (!tools.includes('calculator') || !answer.includes('437')) {
    throw new Error('The page did not answer 437 through its calculator.')
  }
  if (elsewhere.length > 0) throw new Error(`The page asked others: ${elsewhere}`)
} finally {
  await browser.close()
  page.stop()
}
