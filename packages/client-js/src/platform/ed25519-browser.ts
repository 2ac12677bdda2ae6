import { pkcs8FromSeed } from './ed25519-der.ts'
import type { Platform, SigningKey } from './platform.ts'

export const generateKey: Platform['generateKey'] = async () => {
  const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  return signingKeyOf(pair.privateKey, publicKey)
}

export const keyFromSeed: Platform['keyFromSeed'] = async seed => {
  const der = pkcs8FromSeed(seed)
  // Only an extractable key tells its public half, as the JWK member x.
  const readable = await crypto.subtle.importKey('pkcs8', der, 'Ed25519', true, ['sign'])
  const { x, crv, kty } = await crypto.subtle.exportKey('jwk', readable)
  const publicJwk = { x, crv, kty } as JsonWebKey
  const publicKey = await crypto.subtle.importKey('jwk', publicJwk, 'Ed25519', true, ['verify'])
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))
  const privateKey = await crypto.subtle.importKey('pkcs8', der, 'Ed25519', false, ['sign'])
  return signingKeyOf(privateKey, raw)
}

export const importPublicKey: Platform['importPublicKey'] = async publicKey => {
  const raw = new Uint8Array(publicKey)
  const key = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify'])
  return (bytes, signature) =>
    crypto.subtle.verify(
      'Ed25519',
      key,
      signature as Uint8Array<ArrayBuffer>,
      bytes as Uint8Array<ArrayBuffer>,
    )
}

export const signingKeyOf: Platform['signingKeyOf'] = (privateKey, publicKey): SigningKey => ({
  publicKey,
  sign: async bytes =>
    new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, bytes as Uint8Array<ArrayBuffer>)),
})
