/**
 * A new UUID version 7: unique anywhere, and sorting by creation time to the millisecond.
 *
 * @see RFC 9562 section 5.7
 */
export function createId(): string {
  // Not crypto.randomUUID, which pages on plain HTTP lack.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const view = new DataView(bytes.buffer)
  const now = Date.now()
  view.setUint32(0, Math.floor(now / 2 ** 16))
  view.setUint16(4, now % 2 ** 16)
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f))
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f))
  const hex = toHex(bytes)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A new root `traceparent`, sampled. @see W3C Trace Context section 3.2 */
export function createTraceparent(): string {
  const hex = toHex(crypto.getRandomValues(new Uint8Array(24)))
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`
}

function toHex(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex
}
