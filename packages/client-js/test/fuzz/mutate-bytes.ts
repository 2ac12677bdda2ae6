import type { SeededRandom } from './seeded-random.ts'

export type ByteMutation = (bytes: Uint8Array, random: SeededRandom) => Uint8Array

function splice(bytes: Uint8Array, at: number, deleteCount: number, insert: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - deleteCount + insert.length)
  result.set(bytes.subarray(0, at))
  result.set(insert, at)
  result.set(bytes.subarray(at + deleteCount), at + insert.length)
  return result
}

const nasty = [
  [0xef, 0xbb, 0xbf], // a byte order mark
  [0xc0, 0xaf], // an overlong slash
  [0xed, 0xa0, 0x80], // a surrogate
  [0xf4, 0x90, 0x80, 0x80], // beyond Unicode
  [0x00],
  [0xff],
  [0x22],
  [0x5c],
  [0x7b],
  [0x5d],
  [0x2c],
  [0x3a],
].map(bytes => Uint8Array.from(bytes))

/** What happens to bytes that know nothing of JSON. */
export const byteMutations: Record<string, ByteMutation> = {
  'bits flipped': (bytes, random) => {
    const changed = bytes.slice()
    for (let count = 1 + random.below(4); count > 0; count--) {
      const at = random.below(changed.length)
      changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8))
    }
    return changed
  },
  'cut short': (bytes, random) => bytes.slice(0, random.below(bytes.length)),
  'a range deleted': (bytes, random) => {
    const at = random.below(bytes.length)
    return splice(bytes, at, Math.min(1 + random.below(20), bytes.length - at), new Uint8Array())
  },
  'a range repeated': (bytes, random) => {
    const at = random.below(bytes.length)
    return splice(bytes, at, 0, bytes.slice(at, at + 1 + random.below(60)))
  },
  'a nasty sequence inserted': (bytes, random) =>
    splice(bytes, random.below(bytes.length + 1), 0, random.pick(nasty)),
  'noise inserted': (bytes, random) =>
    splice(bytes, random.below(bytes.length + 1), 0, random.bytes(1 + random.below(8))),
  'nothing but noise': (_bytes, random) => random.bytes(random.below(600)),
  'something behind it': (bytes, random) => splice(bytes, bytes.length, 0, random.pick([...nasty, bytes])),
}
