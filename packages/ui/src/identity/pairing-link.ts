const token = /lumos-pair\/1:[\w-]+/

/** The pairing link in an address, a message, or whatever a person pastes. */
export function pairingLinkIn(text: string): string | undefined {
  return token.exec(text.replaceAll(/\s/g, ''))?.[0]
}

/** The address that opens the question about a new device on a device that is the person's already. */
export function addressOfPairing(link: string, origin: string): string {
  return `${origin}/identity#pair=${link}`
}
