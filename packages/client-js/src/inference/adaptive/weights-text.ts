import { LumosError } from '../../contracts/index.ts'
import { base64url } from '../../core/index.ts'

/** float32, little-endian, base64url. */
export function encodeWeights(weights: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * weights.length))
  for (const [index, value] of weights.entries()) view.setFloat32(4 * index, value, true)
  return base64url.encode(new Uint8Array(view.buffer))
}

/** @throws {LumosError} `invalid-request` for another count, or numbers no training makes */
export function decodeWeights(text: string, count: number): Float32Array {
  const bytes = base64url.decode(text)
  if (bytes.length !== 4 * count) throw unusable(`Expected ${count} weights.`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const weights = Float32Array.from({ length: count }, (_, index) => view.getFloat32(4 * index, true))
  if (!weights.every(value => Math.abs(value) <= maxWeight)) throw unusable('A weight is out of range.')
  return weights
}

const maxWeight = 1000

function unusable(message: string): LumosError {
  return new LumosError('invalid-request', `What was learned cannot be read. ${message}`)
}
