import { test as base } from '@playwright/test'
import { type BundleOptions, bundlePage } from './bundle-page.ts'
import { startPageServer } from './page-server.ts'

export { expect } from '@playwright/test'

export interface ServePageOptions extends BundleOptions {
  /** Folders on disk by URL prefix. */
  folders?: Record<string, string>
}

interface Fixtures {
  /** Bundles a script and serves it in an isolated page until the test ends; resolves to the page's origin. */
  servePage(options: ServePageOptions): Promise<string>
}

/** Playwright's `test`, with pages bundled from our sources. Errors of the page are printed. */
export const test = base.extend<Fixtures>({
  page: async ({ page }, use) => {
    page.on('pageerror', error => console.error(`page: ${error.stack ?? error.message}`))
    await use(page)
  },
  servePage: async ({ browserName: _ }, use) => {
    await using stack = new AsyncDisposableStack()
    await use(async ({ folders = {}, ...bundle }) => {
      const server = stack.use(await startPageServer({ files: await bundlePage(bundle), folders }))
      return server.url
    })
  },
})
