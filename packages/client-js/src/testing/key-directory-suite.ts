import { beforeEach, describe, expect, it } from 'vitest'
import type { Did, KeyDirectory, PrincipalDid } from '../contracts/index.ts'

export interface KeyDirectoryFixture {
  directory: KeyDirectory
  /** Who is known, and by which keys, in order. One at least is a did:key. */
  known: readonly { principal: PrincipalDid; keys: readonly Did[] }[]
  /** Of a method the directory knows, but nobody's. */
  unknown: PrincipalDid
  /** Takes away whatever the directory learned the keys of others than did:keys from, and lets its answers grow old. */
  cutOff(): void
}

/** What every {@link KeyDirectory} must do. */
export function keyDirectorySuite(name: string, create: () => Promise<KeyDirectoryFixture>): void {
  describe(`${name} is a KeyDirectory`, () => {
    let fixture: KeyDirectoryFixture
    beforeEach(async () => {
      fixture = await create()
    })

    const keysOf = async (principal: string, signal?: AbortSignal) =>
      fixture.directory.keysOf(principal as PrincipalDid, signal && { signal })

    it('tells the keys of whom it knows, again and again, and of many at once', async () => {
      expect(fixture.known.length).toBeGreaterThan(1)
      for (const { principal, keys } of fixture.known) {
        expect(await keysOf(principal)).toEqual(keys)
        expect(await keysOf(principal)).toEqual(keys)
        expect(keys.length).toBeGreaterThan(0)
      }
      const everybody = [...fixture.known, ...fixture.known]
      expect(await Promise.all(everybody.map(({ principal }) => keysOf(principal)))).toEqual(
        everybody.map(({ keys }) => keys),
      )
    })

    it('says that a did:key is itself, though nobody told it', async () => {
      const key = 'did:key:z6MkvqoYXQfDDJRv8L4wKzxYeuKyVZBfi9Qo6Ro8MiLH3kDQ'
      expect(await keysOf(key)).toEqual([key])
    })

    it('gives an error, never an empty list, for whom it does not know', async () => {
      await expect(keysOf(fixture.unknown)).rejects.toMatchObject({ code: 'identity-unavailable' })
      await expect(keysOf(fixture.unknown)).rejects.toMatchObject({ code: 'identity-unavailable' })
    })

    it.each([
      ['another method', 'did:example:123'],
      ['a key of another kind', 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'],
      // Everybody can sign under this "key": it is a point of small order.
      ['a key that proves nothing', 'did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP'],
      ['a DID with a fragment', 'did:key:z6MkvqoYXQfDDJRv8L4wKzxYeuKyVZBfi9Qo6Ro8MiLH3kDQ#key'],
      ['no DID', 'https://example.com'],
      ['nothing', ''],
    ])('refuses %s', async (_, principal) => {
      await expect(keysOf(principal)).rejects.toMatchObject({ code: 'invalid-request' })
    })

    it('fails for others than did:keys once what it knew is too old to trust', async () => {
      for (const { principal } of fixture.known) await keysOf(principal)
      fixture.cutOff()
      for (const { principal, keys } of fixture.known) {
        if (principal.startsWith('did:key:')) expect(await keysOf(principal)).toEqual(keys)
        else await expect(keysOf(principal)).rejects.toMatchObject({ code: 'identity-unavailable' })
      }
    })

    it('stops waiting when its caller does, and serves the others', async () => {
      const reason = new Error('gone')
      for (const { principal, keys } of fixture.known) {
        if (principal.startsWith('did:key:')) continue
        const controller = new AbortController()
        const stopped = keysOf(principal, controller.signal)
        const served = keysOf(principal)
        controller.abort(reason)
        // An answer that was there already is an answer.
        await stopped.then(
          value => expect(value).toEqual(keys),
          error => expect(error).toBe(reason),
        )
        expect(await served).toEqual(keys)
      }
    })
  })
}
