import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProgramFailedError, runProgram } from './run-program.mjs'

const lockfile = 'package-lock.json'
const installedLockfile = join('node_modules', '.package-lock.json')

/** Whether node_modules holds just what the lockfile says; packages for other platforms may be absent. */
export function isInstalled() {
  if (!existsSync(installedLockfile)) return false
  const installed = readPackages(installedLockfile)
  return wantedPackages().every(([path, wanted]) => {
    const found = installed[path]
    return found ? found.version === wanted.version : wanted.optional || wanted.devOptional || wanted.peer
  })
}

/**
 * Installs what the lockfile says. No package of ours needs its install script, so none is run.
 *
 * @param {(note: string, part?: number) => void} report
 */
export async function install(report) {
  const paths = wantedPackages().map(([path]) => path)
  const count = setInterval(() => {
    const present = paths.filter(path => existsSync(join(path, 'package.json'))).length
    report(`${present} of ${paths.length} packages`, present / paths.length)
  }, 2_000)
  // `ci` would remove the Node we may be running on; a fresh tree has none.
  const verb = existsSync(installedLockfile) ? ['install', '--no-save'] : ['ci']
  try {
    await npm([...verb, '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'])
  } catch (error) {
    if (!(error instanceof ProgramFailedError)) throw error
    const lines = error.output.split('\n').filter(line => !line.includes('EBADENGINE'))
    throw new Error(`npm could not install the packages:\n${lines.slice(-30).join('\n')}`)
  } finally {
    clearInterval(count)
  }
}

/** Runs the npm that started us, else the one on PATH. */
function npm(args) {
  const script = process.env.npm_execpath ?? ''
  if (/npm-cli\.c?js$/.test(script)) {
    return runProgram([process.env.npm_node_execpath ?? process.execPath, script, ...args])
  }
  return runProgram([process.platform === 'win32' ? 'npm.cmd' : 'npm', ...args], {
    shell: process.platform === 'win32',
  })
}

/** Lockfile entries of packages from npm that this platform can use. */
function wantedPackages() {
  return Object.entries(readPackages(lockfile)).filter(
    ([path, entry]) => path.includes('node_modules/') && !entry.link && isForThisPlatform(entry),
  )
}

function isForThisPlatform({ os, cpu, libc }) {
  const fits = (allowed, mine) => {
    const list = [allowed ?? []].flat()
    if (list.includes(`!${mine}`)) return false
    return list.length === 0 || list.includes(mine) || list.some(entry => entry.startsWith('!'))
  }
  const isMusl = !process.report?.getReport().header.glibcVersionRuntime
  const libcFits = process.platform !== 'linux' || fits(libc, isMusl ? 'musl' : 'glibc')
  return fits(os, process.platform) && fits(cpu, process.arch) && libcFits
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages
}
