import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { fusedCode, plainCode } from '../../../src/engines/onnx/packed/kernel-code.generated.ts'

const build = fileURLToPath(new URL('../../../kernels/build.mjs', import.meta.url))

describe('compiled kernels', () => {
  it('are what their sources compile to', () => {
    expect(execFileSync(process.execPath, [build, '--check'], { encoding: 'utf8' })).toBe('')
  }, 120_000)

  it('run where WASM has no fused multiply-add', () => {
    const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'))
    expect(WebAssembly.validate(bytes(plainCode))).toBe(true)
    expect(plainCode).not.toBe(fusedCode)
  })
})
