import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProgramFailedError, runProgram } from './run-program.mjs'
import { readState, writeState } from './state-file.mjs'

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {string[]} inputs - files and folders whose content decides the output
 * @property {string} output - exists once built
 * @property {string} cwd
 * @property {string[]} command - arguments of Node
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} usualMs - a first build, on a small machine
 */

const tsup = join(process.cwd(), 'node_modules', 'tsup', 'dist', 'cli-default.js')
const vite = join(process.cwd(), 'node_modules', 'vite', 'bin', 'vite.js')
const shared = ['package-lock.json', 'tsconfig.base.json', 'scripts/build']

/** What runs needs no type declarations; `npm run build` makes them too. */
const withoutTypes = { LUMOS_BUILD_TYPES: '0' }

/** @type {Target[]} */
export const targets = [
  {
    name: 'SDK',
    usualMs: 3_000,
    inputs: [
      ...shared,
      'packages/client-js/src',
      'packages/client-js/package.json',
      'packages/client-js/tsup.config.ts',
    ],
    output: 'packages/client-js/dist/index.js',
    cwd: 'packages/client-js',
    command: [tsup, '--silent'],
    env: withoutTypes,
  },
  {
    name: 'server',
    usualMs: 2_000,
    inputs: [...shared, 'packages/server'],
    output: 'packages/server/dist/main.js',
    cwd: 'packages/server',
    command: [tsup, '--silent'],
    env: withoutTypes,
  },
  {
    name: 'UI',
    usualMs: 15_000,
    inputs: [
      ...shared,
      'packages/ui',
      'packages/client-js/src',
      'packages/client-js/package.json',
      'models/lumos-embeddings',
      'models/lumos-nano',
    ],
    output: 'packages/ui/dist/index.html',
    cwd: 'packages/ui',
    command: [vite, 'build', '--logLevel', 'warn'],
  },
]

/** Whether what was last built here came from the present inputs. */
export function isBuilt({ name, inputs, output }) {
  return existsSync(output) && readState('builds')[name] === digest(inputs)
}

/** @param {Target} target */
export async function buildTarget({ name, inputs, cwd, command, env }) {
  const before = digest(inputs)
  try {
    await runProgram([process.execPath, ...command], { cwd, env: { ...process.env, ...env } })
  } catch (error) {
    if (!(error instanceof ProgramFailedError)) throw error
    throw new Error(`The ${name} could not be built:\n${error.output.trim()}`)
  }
  writeState('builds', { ...readState('builds'), [name]: before })
}

/** SHA-256 over names and contents of all files below `paths`. */
function digest(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesBelow)) {
    const bytes = readFileSync(path)
    hash.update(`${path.replaceAll('\\', '/')}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

const notSources = new Set(['node_modules', 'dist', 'test', 'coverage'])

function filesBelow(path) {
  if (!existsSync(path)) return []
  const entries = readdirOrUndefined(path)
  if (entries === undefined) return [path]
  return entries
    .filter(name => !notSources.has(name))
    .sort()
    .flatMap(name => filesBelow(join(path, name)))
}

function readdirOrUndefined(path) {
  try {
    return readdirSync(path)
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  }
}
