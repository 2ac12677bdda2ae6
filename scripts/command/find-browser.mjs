import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const namesOnPath = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'msedge',
]

const usualPlaces = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}

/**
 * Path of a Chromium-family browser: the one the environment names, else one on PATH, else one in its usual
 * place. Undefined when there is none; Playwright's own download is not looked at here.
 *
 * @returns {string | undefined}
 */
export function findBrowser(env = process.env) {
  const named = env.LUMOS_CHROMIUM || env.CHROME_PATH
  if (named) return named
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => namesOnPath.map(name => join(folder, name + suffix)))
    .find(isExecutable)
  return onPath ?? usualPlaces[process.platform]?.find(path => existsSync(path))
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
