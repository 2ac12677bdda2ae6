import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A program ended with something else than 0; `output` is all it wrote. */
export class ProgramFailedError extends Error {
  constructor(name, code, output) {
    super(`${name} failed (${code})`)
    this.code = code
    this.output = output
  }
}

/**
 * Runs a program without a shell and resolves to what it wrote.
 *
 * @param {string[]} command
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {boolean} [options.isShown] - writes to our own output as well
 * @param {boolean} [options.shell] - npm.cmd on Windows needs one
 * @param {(line: string) => void} [options.onLine] - called for each line of its standard output
 * @returns {Promise<string>}
 */
export function runProgram([program, ...args], options = {}) {
  const { cwd, env = process.env, isShown = false, shell = false, onLine } = options
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    const collect = stream => chunk => {
      chunks.push(chunk)
      if (isShown) stream.write(chunk)
    }
    child.stdout.on('data', collect(process.stdout))
    if (onLine) createInterface({ input: child.stdout }).on('line', onLine)
    child.stderr.on('data', collect(process.stderr))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const output = Buffer.concat(chunks).toString('utf8')
      if (code === 0) resolve(output)
      else reject(new ProgramFailedError([program, ...args].join(' '), code ?? signal, output))
    })
  })
}
