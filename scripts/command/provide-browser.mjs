import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findBrowser } from './find-browser.mjs'
import { ProgramFailedError, runProgram } from './run-program.mjs'

const advice =
  'Install Chromium or Chrome, or name one: LUMOS_CHROMIUM=/path/to/chrome npm test (on Windows: set LUMOS_CHROMIUM=…).'

/** Whether a browser for the tests is here already. */
export function hasBrowser() {
  const found = findBrowser()
  return found !== undefined && existsSync(found)
}

/**
 * Gets a browser: by Debian's apt when we are root, else by Playwright's own download.
 *
 * @param {(note: string) => void} report
 * @throws with a message that says what to do
 */
export async function provideBrowser(report) {
  const named = findBrowser()
  if (named) throw new Error(`There is no browser at ${named}. ${advice}`)
  if (isDebian() && process.getuid?.() === 0) {
    report('installing Debian’s chromium')
    await attempt(['apt-get', 'update'])
    await attempt(['apt-get', 'install', '-y', '--no-install-recommends', 'chromium'])
    if (hasBrowser()) return
  }
  report('downloading Playwright’s Chromium')
  const playwright = join('node_modules', 'playwright', 'cli.js')
  const problem = await attempt([process.execPath, playwright, 'install', 'chromium'])
  if (problem) throw new Error(`No browser for the tests, and none could be installed. ${advice}\n${problem}`)
}

/** @returns {Promise<string | undefined>} the last lines of what a failed command wrote */
async function attempt(command) {
  try {
    await runProgram(command, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    return undefined
  } catch (error) {
    if (!(error instanceof ProgramFailedError)) return error.message
    return error.output.trim().split('\n').slice(-5).join('\n')
  }
}

function isDebian() {
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}
