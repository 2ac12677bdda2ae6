// npm start: installs and builds what changed, then runs the platform until Ctrl-C.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { handOver } from './command/newer-node.mjs'
import { buildSteps, prepare } from './command/prepare.mjs'

const main = 'packages/server/dist/main.js'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
try {
  await prepare('start', fileURLToPath(import.meta.url), buildSteps)
  if (!existsSync(main)) throw new Error(`There is no server to start: the build made no ${main}.`)
  const args = ['--enable-source-maps', main, ...process.argv.slice(2)]
  await handOver(spawn(process.execPath, args, { stdio: 'inherit' }))
} catch (error) {
  console.error(`\n${error.message}`)
  process.exitCode = 1
}
