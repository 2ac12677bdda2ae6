import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const documents = ['packages/client-js/README.md', 'README.md', ...globSync('docs/guides/*.md')]

/** What a piece without imports takes for granted: the reader made it a page earlier. */
const prelude = `
import type { AgentStream, LumosClient } from '@lomusai/client-js'
import type { LocalNode } from '@lomusai/client-js/presets/node'
declare const client: LumosClient
declare const stream: AgentStream
declare const node: LocalNode
`
const declared = ['client', 'stream', 'node']

/** Pieces of TypeScript by a file name that says where they stand. */
function piecesOf(document: string): Map<string, string> {
  const lines = readFileSync(document, 'utf8').split('\n')
  const pieces = new Map<string, string>()
  let start = -1
  lines.forEach((line, index) => {
    if (start === -1 && line === '```ts') start = index + 1
    else if (start !== -1 && line === '```') {
      const name = `${document.replaceAll(/[\\/]/g, '-')}-line-${start + 1}.ts`
      pieces.set(name, complete(lines.slice(start, index).join('\n')))
      start = -1
    }
  })
  return pieces
}

/** A piece that makes a thing itself does without the declared one. */
function complete(piece: string): string {
  const missing = declared.filter(name => !new RegExp(`(const|let) ${name}\\b`).test(piece))
  const lines = prelude.split('\n').filter(line => {
    const name = /^declare const (\w+)/.exec(line)?.[1]
    return name === undefined || missing.includes(name)
  })
  return `${lines.join('\n')}\n${piece}\nexport {}\n`
}

it('the code in guides and READMEs compiles', { timeout: 60_000 }, async () => {
  const pieces = new Map(documents.flatMap(document => [...piecesOf(document)]))
  expect(pieces.size).toBeGreaterThan(20)
  // Below the root, so that imports find the packages as they do anywhere here.
  const folder = await mkdtemp(resolve('node_modules', '.guides-'))
  try {
    for (const [name, piece] of pieces) await writeFile(resolve(folder, name), piece)
    const config = { extends: resolve('tsconfig.base.json'), include: ['*.ts'] }
    await writeFile(resolve(folder, 'tsconfig.json'), JSON.stringify(config))
    expect(await problemsIn(folder)).toBe('')
  } finally {
    await rm(folder, { recursive: true })
  }
})

async function problemsIn(folder: string): Promise<string> {
  const compiler = resolve('node_modules/typescript-native/bin/tsc')
  try {
    await promisify(execFile)(process.execPath, [compiler, '-p', folder, '--noEmit', '--pretty', 'false'])
    return ''
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}
