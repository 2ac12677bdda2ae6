import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { base58btc } from 'multiformats/bases/base58'
import { describe, expect, it } from 'vitest'
import { createDidResolver, createVerifier, identityFromSeed, publicKeyFromDid } from '../../src/identity.ts'

const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, 'vectors', name), 'utf8'))
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

interface Rfc8032Vector {
  name: string
  seed: string
  publicKey: string
  message: string
  signature: string
}

describe('RFC 8032 section 7.1', () => {
  const { vectors } = read('rfc8032.json') as { vectors: Rfc8032Vector[] }
  const verifier = createVerifier()

  it('has five tests', () => {
    expect(vectors.map(({ name }) => name)).toEqual([
      'TEST 1',
      'TEST 2',
      'TEST 3',
      'TEST 1024',
      'TEST SHA(abc)',
    ])
    expect(vectors[3]?.message).toHaveLength(2 * 1023)
  })

  it.each(vectors)('$name: key, signature and check agree', async vector => {
    const [message, signature] = [bytesOf(vector.message), bytesOf(vector.signature)]
    const identity = await identityFromSeed(bytesOf(vector.seed))
    expect(identity.publicKey).toEqual(bytesOf(vector.publicKey))
    expect(new Uint8Array(await identity.sign(message))).toEqual(signature)
    expect(await verifier.verify(identity.did, message, signature)).toBe(true)
  })

  it.each(vectors)('$name: no changed bit of the signature verifies, nor S + L', async vector => {
    const { did } = await identityFromSeed(bytesOf(vector.seed))
    const [message, signature] = [bytesOf(vector.message), bytesOf(vector.signature)]
    for (let bit = 0; bit < 512; bit += 7) {
      const changed = signature.slice()
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(await verifier.verify(did, message, changed)).toBe(false)
    }
    // The same point, written with an S out of range: RFC 8032 section 5.1.7.
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    let s = order
    for (let index = 31; index >= 0; index--)
      s += BigInt(signature[32 + index] as number) << BigInt(8 * index)
    const malleable = signature.slice()
    for (let index = 0; index < 32; index++) malleable[32 + index] = Number((s >> BigInt(8 * index)) & 0xffn)
    expect(await verifier.verify(did, message, malleable)).toBe(false)
  })
})

describe('the did:key method', () => {
  const { vectors, resolvable, refused } = read('did-key.json') as {
    vectors: { seed: string; did: string; publicKeyBase58: string }[]
    resolvable: string[]
    refused: string[]
  }
  const resolver = createDidResolver()

  it.each(vectors)('$did is the key of its seed', async ({ seed, did, publicKeyBase58 }) => {
    const identity = await identityFromSeed(bytesOf(seed))
    expect(identity.did).toBe(did)
    expect(base58btc.baseEncode(publicKeyFromDid(did))).toBe(publicKeyBase58)
    const { didDocument } = await resolver.resolve(did)
    expect(didDocument?.id).toBe(did)
    expect(didDocument?.authentication).toEqual([`${did}#${did.slice('did:key:'.length)}`])
  })

  it.each(resolvable)('%s resolves', async did => {
    expect((await resolver.resolve(did)).didDocument?.id).toBe(did)
  })

  it.each(refused)('%s does not', async did => {
    expect(await resolver.resolve(did)).toMatchObject({
      didDocument: null,
      didResolutionMetadata: { error: 'invalidDid' },
    })
  })
})
