import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeState } from './state-file.mjs'

/** Where the runners leave their machine-readable results. */
export const resultsFolder = join('node_modules', '.lumos', 'results')

/** @typedef {{ name: string, passed: number, failed: number, skipped: number, output?: string }} Result */

export function clearResults() {
  writeState('summary', {})
  rmSync(resultsFolder, { recursive: true, force: true })
  mkdirSync(resultsFolder, { recursive: true })
}

/** @returns {Omit<Result, 'name'> | undefined} counts of a finished vitest run */
export function vitestCounts(file) {
  const report = readJson(file)
  if (!report) return undefined
  const brokenFiles = report.testResults.filter(
    result => result.status === 'failed' && result.assertionResults.length === 0,
  ).length
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** @returns {Omit<Result, 'name'> | undefined} counts of a finished Playwright run */
export function playwrightCounts(file) {
  const report = readJson(file)
  if (!report) return undefined
  const { expected, flaky, unexpected, skipped } = report.stats
  return { passed: expected + flaky, failed: unexpected + report.errors.length, skipped }
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(join(resultsFolder, file), 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Prints what failed, then a line per result.
 *
 * @param {Result[]} results
 */
export function printSummary(results) {
  console.log('')
  for (const { name, failed, output } of results) {
    if (failed > 0 && output) console.log(`──── ${name} ────\n${output.trim()}\n`)
  }
  const width = Math.max(...results.map(({ name }) => name.length))
  for (const result of results) {
    console.log(`${result.failed > 0 ? '✗' : '✓'} ${result.name.padEnd(width)}  ${countsText(result)}`)
  }
  console.log('')
}

/** @param {Result[]} results */
export function sumOf(results) {
  const sum = key => results.reduce((total, result) => total + result[key], 0)
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }
}

export function countsText({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
