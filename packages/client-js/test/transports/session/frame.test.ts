import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLumosError } from '../../../src/contracts/index.ts'
import { encodeFrame, type Frame, type FrameKind, frameKinds } from '../../../src/transports/session/frame.ts'
import { FrameDecoder } from '../../../src/transports/session/frame-decoder.ts'

interface Vectors {
  frames: { name: string; kind: FrameKind; call: number; payloadHex: string; hex: string }[]
  refused: { name: string; hex: string; maxFrameBytes?: number; code: string }[]
}

const vectorsUrl = new URL('../../../../../spec/vectors/session-frames.json', import.meta.url)
const vectors: Vectors = JSON.parse(readFileSync(vectorsUrl, 'utf8'))

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
const plain = ({ kind, call, payload }: Frame) => ({ kind, call, payload: Uint8Array.from(payload) })

const anyFrame = fc.record({
  kind: fc.constantFrom(...(Object.keys(frameKinds) as FrameKind[])),
  call: fc.oneof(fc.nat(), fc.maxSafeNat()),
  payload: fc.uint8Array({ maxLength: 400 }),
})

function join(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

/** Cuts `whole` at the given places, wherever they fall. */
function cutAt(whole: Uint8Array, places: number[]): Uint8Array[] {
  const sorted = [...new Set(places.map(place => place % (whole.byteLength + 1)))].sort((a, b) => a - b)
  return [...sorted, whole.byteLength].map((end, index) => whole.slice(sorted[index - 1] ?? 0, end))
}

describe('frames', () => {
  it.each(vectors.frames)('have the bytes of the vector: $name', ({ kind, call, payloadHex, hex }) => {
    const payload = bytes(payloadHex)
    expect(Buffer.from(encodeFrame(kind, call, payload)).toString('hex')).toBe(hex)
    const decoded = [...new FrameDecoder(1_048_576).push(bytes(hex))].map(plain)
    expect(decoded).toEqual([{ kind, call, payload }])
  })

  it.each(vectors.refused)('are refused: $name', ({ hex, maxFrameBytes, code }) => {
    const decode = () => [...new FrameDecoder(maxFrameBytes ?? 1_048_576).push(bytes(hex))]
    expect(decode).toThrow(expect.objectContaining({ code }))
  })

  it('come out as they went in, however the bytes were cut', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 20 }), fc.array(fc.nat()), (frames, places) => {
        const decoder = new FrameDecoder(1_048_576)
        const whole = join(frames.map(({ kind, call, payload }) => encodeFrame(kind, call, payload)))
        const decoded = cutAt(whole, places).flatMap(chunk => [...decoder.push(chunk)])
        expect(decoded.map(plain)).toEqual(frames)
      }),
    )
  })

  it('of any bytes at all are read or refused with a typed error', () => {
    const anyChunks = fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 })
    fc.assert(
      fc.property(anyChunks, chunks => {
        const decoder = new FrameDecoder(256)
        try {
          for (const chunk of chunks)
            for (const frame of decoder.push(chunk)) expect(frame.call).toBeGreaterThanOrEqual(0)
        } catch (error) {
          expect(isLumosError(error)).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('larger than the limit are refused before their bytes arrive', () => {
    const decoder = new FrameDecoder(1000)
    const announced = encodeFrame('request', 1, new Uint8Array(2000)).subarray(0, 2)
    expect(() => [...decoder.push(announced)]).toThrow(expect.objectContaining({ code: 'too-large' }))
  })
})
