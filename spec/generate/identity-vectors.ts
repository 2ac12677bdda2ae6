import { didFromPublicKey, peerIdFromDid } from '../../packages/client-js/src/core/index.ts'
import { identityFromSeed } from '../../packages/client-js/src/identity/index.ts'
import { bytesOf, hexOf } from './hex.ts'

// RFC 8032 section 7.1, tests 1 to 3, and the first three seeds of the did:key method's own vectors.
const rfc8032 = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
]

const didKeyMethod = [
  { seed: `${'00'.repeat(31)}00`, did: 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' },
  { seed: `${'00'.repeat(31)}01`, did: 'did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG' },
  { seed: `${'00'.repeat(31)}02`, did: 'did:key:z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf' },
]

const order8 = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'
const zeros = '00'.repeat(32)

/** Names of keys that must be refused, beside names of other things. */
const refusedDids = [
  { name: 'a point of order 4', did: didFromPublicKey(bytesOf(zeros)) },
  { name: 'a point of order 8', did: didFromPublicKey(bytesOf(order8)) },
  { name: 'another method', did: 'did:web:example.com' },
  { name: 'a secp256k1 key', did: 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme' },
  { name: 'a character too many', did: 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp1' },
  { name: 'a fragment', did: 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp#key' },
  { name: 'a letter outside base58', did: 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooW0' },
]

export async function identityVectors() {
  const keys = []
  for (const { seed } of [...rfc8032, ...didKeyMethod]) {
    const { did, publicKey } = await identityFromSeed(bytesOf(seed))
    keys.push({ seed, publicKey: hexOf(publicKey), did, peerId: peerIdFromDid(did) })
  }
  return { rfc8032, didKeyMethod, keys, refusedDids }
}
