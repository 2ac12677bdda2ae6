import { LumosError } from '../contracts/index.ts'
import { base64url } from './base64url.ts'

/** A vector as text: float32, little-endian, base64url. */
export function vectorToText(vector: Float32Array): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4))
  vector.forEach((value, index) => {
    view.setFloat32(index * 4, value, true)
  })
  return base64url.encode(new Uint8Array(view.buffer))
}

/** @throws {LumosError} `malformed-frame` */
export function vectorFromText(text: string): Float32Array {
  const bytes = base64url.decode(text)
  if (bytes.length % 4 !== 0) throw new LumosError('malformed-frame', 'A vector is cut.')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true))
}
