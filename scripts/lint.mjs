// Style, floors, and the checks of this repository, side by side. Exits 1 when any of them finds something.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { checkDocPaths } from './checks/doc-paths.mjs'
import { checkLeakedPlaces, checkLockfile } from './checks/leaked-places.mjs'
import { checkSourceRules } from './checks/source-rules.mjs'
import { trackedFiles } from './checks/tracked-files.mjs'

const cruised = ['packages', 'examples', 'bench', 'tests'].filter(folder => existsSync(folder))

/** Runs a tool of node_modules under this Node; resolves to its problems. */
function tool(name, script, args) {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    const output = []
    child.stdout.on('data', chunk => output.push(chunk))
    child.stderr.on('data', chunk => output.push(chunk))
    child.on('close', code => {
      const text = Buffer.concat(output).toString('utf8').trim()
      resolve({ name, problems: code === 0 ? [] : [text] })
    })
  })
}

const check = (name, problems) => ({ name, problems })

const results = await Promise.all([
  tool('style (biome)', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  tool('floors (dependency-cruiser)', 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', [
    '--config',
    '.dependency-cruiser.mjs',
    ...cruised,
  ]),
  check('paths named in documents', checkDocPaths(trackedFiles('*.md'))),
  check('no registry host, no machine path', checkLeakedPlaces(trackedFiles())),
  check('no addresses in the lockfile', checkLockfile('package-lock.json')),
  check('module state, platform questions, file length', [
    ...checkSourceRules(trackedFiles('packages/client-js/src/*.ts', 'packages/server/src/*.ts')),
  ]),
])

for (const { name, problems } of results) {
  console.log(`${problems.length === 0 ? '✓' : '✗'} ${name}`)
  for (const problem of problems) console.log(`  ${problem.replaceAll('\n', '\n  ')}`)
}
process.exitCode = results.some(({ problems }) => problems.length > 0) ? 1 : 0
