import { hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createApiKey, identityFromApiKey, identityFromSeed, isApiKey } from '../../src/identity.ts'

describe('an API key', () => {
  it('is 256 random bits behind a name that scanners for leaked secrets find', () => {
    const keys = Array.from({ length: 100 }, createApiKey)
    expect(new Set(keys).size).toBe(100)
    for (const key of keys) {
      expect(key).toMatch(/^lumos_[\w-]{43}$/)
      expect(isApiKey(key)).toBe(true)
    }
    expect(['sk-123', `lumos_${'a'.repeat(42)}`, `x${keys[0]}`, `${keys[0]}x`].some(isApiKey)).toBe(false)
  })

  it('stands for one identity, as RFC 5869 derives it, also in another implementation', async () => {
    const key = 'lumos_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
    const seed = hkdfSync('sha256', key, 'lumos/1 api-key', 'ed25519 seed', 32)
    const identity = await identityFromApiKey(key)
    expect(identity.did).toBe((await identityFromSeed(new Uint8Array(seed))).did)
    expect(identity.did).toBe((await identityFromApiKey(key)).did)
  })

  it('stands for another identity when any character differs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(48), async index => {
        const key = createApiKey()
        const other = key.slice(0, index) + (key[index] === 'x' ? 'y' : 'x') + key.slice(index + 1)
        expect((await identityFromApiKey(other)).did).not.toBe((await identityFromApiKey(key)).did)
      }),
      { numRuns: 20 },
    )
  })

  it('has 16 characters or more', async () => {
    await expect(identityFromApiKey('a'.repeat(15))).rejects.toMatchObject({ code: 'invalid-request' })
    expect((await identityFromApiKey('a'.repeat(16))).did).toMatch(/^did:key:/)
  })
})
