import { readFile } from 'node:fs/promises'

const file = /[\\/]web-xgrammar[\\/]lib[\\/]index\.js$/

/** What `@mlc-ai/web-xgrammar` imports in Node only, and no bundler for browsers can resolve. */
const withoutNode = source =>
  source
    .replaceAll("import('module')", 'Promise.reject()')
    .replaceAll("require('u' + 'rl').pathToFileURL(__filename).href", "''")

/** For esbuild and tsup. */
export const xgrammarInBrowsers = {
  name: 'xgrammar-in-browsers',
  setup(build) {
    build.onLoad({ filter: file }, async ({ path }) => ({
      contents: withoutNode(await readFile(path, 'utf8')),
    }))
  },
}

/** For Vite. */
export const viteXGrammarInBrowsers = {
  name: 'xgrammar-in-browsers',
  transform: (source, id) => (file.test(id) ? { code: withoutNode(source), map: null } : undefined),
}
