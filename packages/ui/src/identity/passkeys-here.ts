/**
 * Whether passkeys can be had on this page: `needs-name` where only the page's address stands in the way, since
 * passkeys belong to a name and not to an IP address.
 */
export function passkeysHere(): 'possible' | 'needs-name' | 'impossible' {
  if (!isSecureContext || !('PublicKeyCredential' in window)) return 'impossible'
  return isAddress(location.hostname) ? 'needs-name' : 'possible'
}

/** The same page under this machine's name; undefined where it is another machine. */
export function sameNamedPage(): string | undefined {
  const isThisMachine = location.hostname === '[::1]' || location.hostname.startsWith('127.')
  if (!isThisMachine) return undefined
  const url = new URL(location.href)
  url.hostname = 'localhost'
  return url.href
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+(\.\d+){3}$/.test(host)
}
