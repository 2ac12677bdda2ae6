import { join } from 'node:path'
import { buildTarget, isBuilt, targets } from './build.mjs'
import { hasBrowser, provideBrowser } from './provide-browser.mjs'
import { ProgramFailedError, runProgram } from './run-program.mjs'
import { playwrightCounts, resultsFolder, vitestCounts } from './test-results.mjs'

const inModules = (...path) => join('node_modules', ...path)
const oneCheck = failed => ({ passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 })

/**
 * The steps of `npm test` after the installation. A failing check does not end the rest; it is told in `results`.
 *
 * @param {import('./test-results.mjs').Result[]} results - filled as steps end
 * @returns {import('./steps.mjs').Step[]}
 */
export function testSteps(results) {
  return [
    { name: 'find a browser', usualMs: 60_000, isDone: hasBrowser, run: provideBrowser },
    {
      name: 'build, check types, lint',
      usualMs: 40_000,
      run: async () => {
        await Promise.all([buildStale(results), checkStyle(results)])
      },
    },
    {
      name: 'unit and integration tests',
      usualMs: 120_000,
      run: report => runTests(results, unitTests, report),
    },
    {
      name: 'browser tests',
      usualMs: 120_000,
      run: report => runTests(results, browserTests, report),
    },
  ]
}

const unitTests = {
  name: 'unit and integration tests',
  command: [
    inModules('vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(resultsFolder, 'unit.json')}`,
  ],
  counts: () => vitestCounts('unit.json'),
}

const browserTests = {
  name: 'browser tests',
  command: ['--conditions=lumos-source', inModules('playwright', 'cli.js'), 'test'],
  counts: () => playwrightCounts('browser.json'),
}

async function buildStale(results) {
  for (const target of targets) {
    if (isBuilt(target)) continue
    const problem = await buildTarget(target).then(
      () => undefined,
      error => error.message,
    )
    results.push({ name: `build of the ${target.name}`, ...oneCheck(problem), output: problem })
  }
}

async function checkStyle(results) {
  await check(results, 'types', [
    inModules('typescript-native', 'bin', 'tsc'),
    '-p',
    'tsconfig.json',
    '--noEmit',
  ])
  await check(results, 'style, floors, documents', [join('scripts', 'lint.mjs')])
}

async function check(results, name, command) {
  const output = await outputOfFailure(command)
  results.push({ name, ...oneCheck(output !== undefined), output })
}

async function runTests(results, { name, command, counts }, report) {
  let finished = 0
  const output = await outputOfFailure(command, line => {
    if (!/^\s*(✓|✔|✘|❯|×)/.test(line)) return
    finished += 1
    report(`${finished} done`)
  })
  const found = counts()
  const hasCrashed = output !== undefined && !found?.failed
  results.push({ name, ...(found ?? oneCheck(true)), ...(hasCrashed ? { failed: 1 } : {}), output })
}

/** @returns {Promise<string | undefined>} undefined when the program succeeded */
async function outputOfFailure(command, onLine) {
  const env = { ...process.env, LUMOS_RESULTS: resultsFolder, NO_COLOR: '1' }
  try {
    await runProgram([process.execPath, ...command], { env, isShown: Boolean(process.env.CI), onLine })
    return undefined
  } catch (error) {
    if (error instanceof ProgramFailedError) return error.output
    throw error
  }
}
