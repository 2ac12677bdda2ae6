// Compiles the kernels (AssemblyScript, *.as) and writes them into the source, once with fused multiply-add, which
// WASM calls relaxed SIMD, and once without. `--check` only compares with what is there.
import { readFileSync, writeFileSync } from 'node:fs'
import { main } from 'assemblyscript/asc'

const target = new URL('../src/engines/onnx/packed/kernel-code.generated.ts', import.meta.url)
const options = '-O3 --runtime stub --enable simd --noAssert --importMemory --disableWarning'

async function compile(...features) {
  let code = new Uint8Array(0)
  const readFile = name => {
    try {
      return readFileSync(new URL(name.replace(/ts$/, 'as'), import.meta.url), 'utf8')
    } catch {
      return null
    }
  }
  const writeFile = (_name, contents) => {
    code = contents
  }
  const list = ['index.ts', '--outFile', 'kernels.wasm', ...options.split(' '), ...features]
  const { error, stderr } = await main(list, { readFile, writeFile, listFiles: () => [] })
  if (error) throw new Error(stderr.toString())
  return Buffer.from(code).toString('base64')
}

const written = `// Compiled by packages/client-js/kernels/build.mjs.

/** With fused multiply-add. */
export const fusedCode =
  '${await compile('--enable', 'relaxed-simd')}'

export const plainCode =
  '${await compile()}'
`
if (!process.argv.includes('--check')) writeFileSync(target, written)
else if (readFileSync(target, 'utf8') !== written) {
  throw new Error('The compiled kernels are out of date: npm run build:kernels -w packages/client-js')
}
