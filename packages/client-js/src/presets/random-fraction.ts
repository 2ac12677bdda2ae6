import { randomBytes } from '#platform'

/** Uniform in [0, 1), in steps of 2⁻³². */
export function randomFraction(): number {
  return new DataView(randomBytes(4).buffer).getUint32(0) / 2 ** 32
}
