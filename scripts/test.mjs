// npm test: installs what is needed, a browser too, then checks and tests everything that takes minutes at most.
import { fileURLToPath } from 'node:url'
import { prepare } from './command/prepare.mjs'
import { writeState } from './command/state-file.mjs'
import { clearResults, countsText, printSummary, sumOf } from './command/test-results.mjs'
import { testSteps } from './command/test-steps.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
try {
  /** @type {import('./command/test-results.mjs').Result[]} */
  const results = []
  await prepare('test', fileURLToPath(import.meta.url), testSteps(results), clearResults)
  printSummary(results)
  const total = sumOf(results)
  // CI runs more after this, and counts it all in its last line.
  console.log(process.env.CI ? `npm test: ${countsText(total)}` : countsText(total))
  writeState('summary', { results: results.map(({ output: _, ...counts }) => counts) })
  process.exitCode = total.failed > 0 ? 1 : 0
} catch (error) {
  console.error(`\n${error.message}`)
  process.exitCode = 1
}
