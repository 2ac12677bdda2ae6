import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What the commands remember between runs. It goes with node_modules, and so never outlives the packages. */
const folder = join('node_modules', '.lumos')

/** @returns {Record<string, any>} `{}` when nothing was remembered */
export function readState(name) {
  try {
    return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
  } catch {
    return {}
  }
}

export function writeState(name, value) {
  const path = join(folder, `${name}.json`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}
