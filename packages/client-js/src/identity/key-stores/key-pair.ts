import { importPublicKey, signingKeyOf } from '#platform'
import { type Did, KeyUnavailableError } from '../../contracts/index.ts'
import { didFromPublicKey, publicKeyFromDid, utf8 } from '../../core/index.ts'

/** A private key of WebCrypto's and the DID that names its public half. */
export interface KeyPair {
  did: Did
  privateKey: CryptoKey
}

const probe = utf8.encode('lumos-key/1 probe')

/** @param extractable - whether the private key may be wrapped; a key that may not is never more than a handle */
export async function generateKeyPair(extractable: boolean): Promise<KeyPair> {
  const pair = (await crypto.subtle.generateKey('Ed25519', extractable, ['sign', 'verify'])) as CryptoKeyPair
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  return { did: didFromPublicKey(publicKey), privateKey: pair.privateKey }
}

/**
 * A backup or file may name one key and hold another.
 *
 * @throws {KeyUnavailableError} `damaged` when the private key is not that of the DID
 */
export async function assertPair({ did, privateKey }: KeyPair): Promise<void> {
  const publicKey = publicKeyFromDid(did)
  const signature = await signingKeyOf(privateKey, publicKey).sign(probe)
  const check = await importPublicKey(publicKey)
  if (!(await check(probe, signature))) {
    throw new KeyUnavailableError('damaged', `The kept key is not the key of ${did}.`)
  }
}
