// y coordinates, little-endian hex without the sign bit, of every point whose order divides 8, and of the
// non-canonical encodings of 0 and 1.
const smallOrderCoordinates = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

/**
 * Whether anybody could forge signatures of this "key": with a point of small order, one signature may fit many
 * messages, and some platforms accept it.
 *
 * @see RFC 8032 section 8.9; Chalkias et al., "Taming the many EdDSAs", 2020
 */
export function isSmallOrder(publicKey: Uint8Array): boolean {
  let hex = ''
  publicKey.forEach((byte, index) => {
    hex += (index === 31 ? byte & 0x7f : byte).toString(16).padStart(2, '0')
  })
  return smallOrderCoordinates.has(hex)
}
