import { describe, expect, it } from 'vitest'
import type { Identity, Verifier } from '../contracts/index.ts'
import { didFromPublicKey, publicKeyFromDid, utf8 } from '../core/index.ts'

/** What every identity promises, as tests. `create` makes a new one each time. */
export function identitySuite(name: string, create: () => Promise<Identity>, verifier: Verifier): void {
  const message = utf8.encode('I said this.')

  describe(`${name} identity`, () => {
    it('has a DID that names its public key', async () => {
      const identity = await create()
      expect(identity.publicKey).toHaveLength(32)
      expect(identity.did).toBe(didFromPublicKey(identity.publicKey))
      expect(publicKeyFromDid(identity.did)).toEqual(identity.publicKey)
    })

    it('signs what verifies under its DID, always with the same 64 bytes', async () => {
      const identity = await create()
      const signature = await identity.sign(message)
      expect(signature).toHaveLength(64)
      expect(await identity.sign(message)).toEqual(signature)
      expect(await verifier.verify(identity.did, message, signature)).toBe(true)
    })

    it('signs what verifies under no other DID, for no other bytes and with no bit changed', async () => {
      const [identity, other] = await Promise.all([create(), create()])
      const signature = await identity.sign(message)
      expect(other.did).not.toBe(identity.did)
      expect(await verifier.verify(other.did, message, signature)).toBe(false)
      expect(await verifier.verify(identity.did, utf8.encode('I said that.'), signature)).toBe(false)
      for (const index of [0, 31, 32, 63]) {
        const changed = signature.slice()
        changed[index] = (changed[index] ?? 0) ^ 0x10
        expect(await verifier.verify(identity.did, message, changed)).toBe(false)
      }
    })

    it('shows no private key to whoever looks at the object', async () => {
      const identity = await create()
      const shown = JSON.stringify(identity, (_key, value) =>
        value instanceof Uint8Array ? [...value] : value,
      )
      expect(Object.keys(JSON.parse(shown)).sort()).toEqual(['did', 'publicKey'])
    })
  })

  describe(`the verifier beside it`, () => {
    it('says false, never an error, to nonsense', async () => {
      const identity = await create()
      const signature = await identity.sign(message)
      for (const did of ['', 'did:web:example.com', `${identity.did}x`, 'did:key:z6Mk'] as never[]) {
        expect(await verifier.verify(did, message, signature)).toBe(false)
      }
      for (const length of [0, 63, 65, 1000]) {
        expect(await verifier.verify(identity.did, message, new Uint8Array(length))).toBe(false)
      }
    })
  })
}
