import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { compileFunction } from 'node:vm'
import type { XGrammar } from './xgrammar.ts'

/**
 * The package says it is an ES module and is a CommonJS script: Node loads it neither way, so we run the script.
 * Its one dynamic import would need a loader; `require` gives the same.
 */
export async function loadXGrammar(): Promise<XGrammar> {
  const require = createRequire(import.meta.url)
  const filename = require.resolve('@mlc-ai/web-xgrammar')
  const script = await readFile(filename, 'utf8')
  const source = script.replaceAll("import('module')", "Promise.resolve(require('module'))")
  const parameters = ['exports', 'require', 'module', '__filename', '__dirname']
  const run = compileFunction(source, parameters, { filename })
  const exports = {}
  run(exports, require, { exports }, filename, dirname(filename))
  return exports as XGrammar
}
