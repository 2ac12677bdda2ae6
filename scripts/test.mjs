// npm test: installs what is needed, a browser too, then checks and tests everything that takes minutes at most.
import { fileURLToPath } from 'node:url'
import { prepare } from './command/prepare.mjs'
import { clearResults, printSummary } from './command/test-results.mjs'
import { testSteps } from './command/test-steps.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
try {
  /** @type {import('./command/test-results.mjs').Result[]} */
  const results = []
  await prepare('test', fileURLToPath(import.meta.url), testSteps(results), clearResults)
  const { failed } = printSummary(results)
  process.exitCode = failed > 0 ? 1 : 0
} catch (error) {
  console.error(`\n${error.message}`)
  process.exitCode = 1
}
