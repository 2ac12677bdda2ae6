import { SeededRandom } from '../fuzz/seeded-random.ts'

/** An ONNX file that holds nothing but `tensors`, as `raw_data` of initializers. */
export function onnxBytes(tensors: readonly Uint8Array[], producer = 'test'): Uint8Array {
  const graph = Buffer.concat(tensors.map(tensor => field(5, field(9, tensor))))
  return Buffer.concat([field(2, Buffer.from(producer)), field(7, graph)])
}

/** Tensors of the sizes of a small transformer: `layers` times attention and feed-forward, of 8-bit weights. */
export function transformerTensors(layers: number, width: number, seed = 1): Uint8Array[] {
  const random = new SeededRandom(seed)
  const sizes = Array.from({ length: layers }, () => [
    ...[width * width, (width * width) / 3, (width * width) / 3, width * width],
    ...[width, width * width * 2.6, width * width * 2.6, width * width * 2.6, width],
  ]).flat()
  return sizes.map(size => noise(Math.floor(size), random))
}

/** Cheap noise: a few random bytes would be found again by the cutting. */
export function noise(length: number, random: SeededRandom): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4))
  let state = random.below(2 ** 32)
  for (let index = 0; index < words.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    words[index] = state ^ (state >>> 15)
  }
  return new Uint8Array(words.buffer, 0, length)
}

function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) + 128)
  }
}
