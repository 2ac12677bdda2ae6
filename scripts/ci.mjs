// npm run ci:slow: what .ci/run does after npm test. Prints the counts of both.
import { fileURLToPath } from 'node:url'
import { ciSteps } from './command/ci-steps.mjs'
import { readState } from './command/state-file.mjs'
import { openPlan } from './command/steps.mjs'
import { countsText, printSummary, sumOf } from './command/test-results.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const quick = readState('summary').results ?? [{ name: 'npm test', passed: 0, failed: 1, skipped: 0 }]
/** @type {import('./command/test-results.mjs').Result[]} */
const slow = []
await openPlan('ci', ciSteps(slow)).run()
const results = [...quick, ...slow]
printSummary(results)
const total = sumOf(results)
console.log(countsText(total))
process.exitCode = total.failed > 0 ? 1 : 0
