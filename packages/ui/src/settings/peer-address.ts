/** Whether a text looks like a multiaddr a browser can dial: a WebSocket, and whose it is. */
export function isPeerAddress(text: string): boolean {
  return /^\/(ip4|ip6|dns|dns4|dns6|dnsaddr)\/[^/\s]+\/.*\/(ws|wss)(\/[^\s]*)?\/p2p\/[1-9A-HJ-NP-Za-km-z]{20,}$/.test(
    text,
  )
}
