import { fusedCode, plainCode } from './kernel-code.generated.ts'

/** Functions of packages/client-js/kernels; numbers are byte addresses, counts or flags. */
export interface Kernels {
  readonly memory: WebAssembly.Memory
  packPanels(codes: number, out: number, width: number, panels: number): void
  lookUp(panels: number, scales: number, width: number, row: number, target: number): void
  multiply(
    rows: number,
    out: number,
    width: number,
    a: number,
    panels: number,
    scales: number,
    target: number,
    isAdded: number,
  ): void
  normalise(
    rows: number,
    width: number,
    source: number,
    weights: number,
    epsilon: number,
    target: number,
  ): void
  gateUp(count: number, gate: number, up: number): void
  rotate(data: number, heads: number, size: number, cos: number, sin: number, factor: number): void
  remember(
    key: number,
    value: number,
    heads: number,
    size: number,
    block: number,
    at: number,
    keys: number,
    values: number,
  ): void
  attend(
    queries: number,
    target: number,
    stride: number,
    tokens: number,
    group: number,
    size: number,
    first: number,
    table: number,
    keys: number,
    values: number,
    scores: number,
  ): void
}

/** Of WASM with 32-bit addresses. */
const maxPages = 65_536

/** @param base64 - one of the compiled codes. @default with fused multiply-add where this platform has it */
export async function loadKernels(base64?: string): Promise<Kernels> {
  const fused = bytesOf(base64 ?? fusedCode)
  const code = WebAssembly.validate(fused) ? fused : bytesOf(plainCode)
  const memory = new WebAssembly.Memory({ initial: 1, maximum: maxPages })
  const { instance } = await WebAssembly.instantiate(code, { env: { memory } })
  return { ...(instance.exports as unknown as Omit<Kernels, 'memory'>), memory }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0))
}
