/**
 * Whether an IP address, as text, leads to this machine, its own network, or nowhere public.
 *
 * @see RFC 6890 (special-purpose registries), RFC 4291, RFC 6052
 */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  if (bare.includes(':')) return isPrivateV6(bare)
  const octets = parseV4(bare)
  return octets === undefined || isPrivateV4(octets)
}

/** Whether `host` is written as an address, not as a name. */
export function isAddress(host: string): boolean {
  return host.includes(':') || parseV4(host) !== undefined
}

/** Names that never lead to the public network. @see RFC 6761, RFC 6762 */
export function isPrivateName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return !name.includes('.') || /\.(localhost|local|internal|home\.arpa|lan|test|invalid|onion)$/.test(name)
}

function isPrivateV4([a = 0, b = 0, c = 0]: number[]): boolean {
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 192 && b === 0 && (c === 0 || c === 2)) ||
    (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) ||
    (a === 203 && b === 0 && c === 113)
  )
}

function isPrivateV6(address: string): boolean {
  const groups = parseV6(address)
  if (groups === undefined) return true
  const [first = 0, second = 0] = groups
  const embedded = embeddedV4(groups)
  if (embedded !== undefined) return isPrivateV4(embedded)
  // Only 2000::/3 is global unicast; of it, 2001:db8::/32 is for examples and 2001::/32 tunnels anywhere.
  const isGlobal = first >= 0x2000 && first <= 0x3fff
  return !isGlobal || (first === 0x2001 && (second === 0xdb8 || second === 0))
}

/** IPv4 inside ::ffff:0:0/96 (mapped), 64:ff9b::/96 (translated) or 2002::/16 (6to4). */
function embeddedV4(groups: number[]): number[] | undefined {
  const [first = 0, second = 0, third = 0, , , sixth = 0, seventh = 0, eighth = 0] = groups
  const bytes = (high: number, low: number) => [high >> 8, high & 0xff, low >> 8, low & 0xff]
  if (first === 0x2002) return bytes(second, third)
  const isMapped = groups.slice(0, 5).every(group => group === 0) && sixth === 0xffff
  const isTranslated = first === 0x64 && second === 0xff9b
  return isMapped || isTranslated ? bytes(seventh, eighth) : undefined
}

function parseV4(text: string): number[] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined
  const octets = text.split('.').map(Number)
  return octets.every(octet => octet < 256) ? octets : undefined
}

function parseV6(text: string): number[] | undefined {
  const [head = '', tail, ...rest] = text.split('::')
  if (rest.length > 0) return undefined
  const left = groupsOf(head)
  const right = tail === undefined ? [] : groupsOf(tail)
  if (left === undefined || right === undefined) return undefined
  const missing = 8 - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  return [...left, ...Array<number>(missing).fill(0), ...right]
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  for (const part of text.split(':')) {
    const v4 = parseV4(part)
    if (v4 !== undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = v4
      groups.push((a << 8) | b, (c << 8) | d)
    } else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}
