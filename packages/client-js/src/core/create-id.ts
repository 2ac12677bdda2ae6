import { RandomPool } from './random-pool.ts'

const random = new RandomPool()

/**
 * A new UUID version 7: unique anywhere, and sorting by creation time to the millisecond.
 *
 * @see RFC 9562 section 5.7
 */
export function createId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  const version = (0x70 | (random.byte() & 0x0f)).toString(16)
  const variant = (0x80 | (random.byte() & 0x3f)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}${random.hex(1)}-${variant}${random.hex(1)}-${random.hex(6)}`
}

/** A new root `traceparent`, sampled. @see W3C Trace Context section 3.2 */
export function createTraceparent(): string {
  return `00-${random.hex(16)}-${random.hex(8)}-01`
}
