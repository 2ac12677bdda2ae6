import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KeyProtection, KeyStore, Verifier } from '../contracts/index.ts'
import { utf8 } from '../core/index.ts'
import { identitySuite } from './identity-suite.ts'

export interface KeyStoreFixture {
  store: KeyStore
  /** Another store over the same medium, as after a restart. Absent where nothing outlives the store. */
  reopen?(): KeyStore
}

export interface KeyStoreSuiteOptions {
  /** A new, empty store. */
  create(): Promise<KeyStoreFixture> | KeyStoreFixture
  /** What `create` made needs this to go away. */
  cleanUp?(): Promise<void> | void
  protection: KeyProtection
  /** Whether new keys can be read out, encrypted. */
  canExport: boolean
  verifier: Verifier
}

const message = utf8.encode('Kept keys sign this.')
const passphrase = 'correct horse battery'
const backupPassphrase = 'staple in the safe'

/** What every {@link KeyStore} must do. */
export function keyStoreSuite(name: string, options: KeyStoreSuiteOptions): void {
  const { protection, canExport, verifier } = options
  const secret = protection === 'passphrase' ? { passphrase } : {}
  const needsSecret = protection === 'passphrase' || protection === 'passkey'

  describe(`${name} is a KeyStore`, () => {
    let fixture: KeyStoreFixture
    let store: KeyStore
    beforeEach(async () => {
      fixture = await options.create()
      store = fixture.store
    })
    afterEach(() => options.cleanUp?.())

    const keyNames = async () => (await store.list()).map(info => info.name)

    it('makes a key that signs at once and is listed with nothing secret', async () => {
      const identity = await store.create('me', { ...secret, label: 'My laptop' })
      expect(identity).toMatchObject({ name: 'me', isLocked: false })
      expect(await verifier.verify(identity.did, message, await identity.sign(message))).toBe(true)
      const [info, ...others] = await store.list()
      expect(others).toEqual([])
      const createdAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      expect(info).toEqual({
        name: 'me',
        did: identity.did,
        label: 'My laptop',
        createdAt,
        protection,
        canExport,
      })
    })

    it('labels a key with its name unless told otherwise, and anew when asked', async () => {
      const { did } = await store.create('me', secret)
      expect(await store.list()).toMatchObject([{ label: 'me' }])
      await store.relabel('me', 'Phone 电话')
      expect(await store.list()).toMatchObject([{ name: 'me', label: 'Phone 电话', did }])
      const again = await store.open('me')
      again.lock()
      await again.unlock(secret)
      expect(await verifier.verify(did, message, await again.sign(message))).toBe(true)
    })

    it('keeps keys of different names apart, oldest first', async () => {
      const first = await store.create('b', secret)
      const second = await store.create('a', secret)
      expect(first.did).not.toBe(second.did)
      expect(new Set(await keyNames())).toEqual(new Set(['a', 'b']))
    })

    it('signs no more once locked, and again once unlocked', async () => {
      const identity = await store.create('me', secret)
      const signature = await identity.sign(message)
      identity.lock()
      identity.lock()
      expect(identity.isLocked).toBe(true)
      const signing = async () => identity.sign(message)
      const refusal = { code: 'identity-unavailable', problem: 'locked', retryable: false }
      await expect(signing()).rejects.toMatchObject(refusal)
      await identity.unlock(secret)
      await identity.unlock(secret)
      expect(identity.isLocked).toBe(false)
      expect(await identity.sign(message)).toEqual(signature)
    })

    it('stays locked when it is locked while being unlocked', async () => {
      const identity = await store.create('me', secret)
      identity.lock()
      const unlocking = identity.unlock(secret)
      identity.lock()
      await expect(unlocking).rejects.toMatchObject({ code: 'identity-unavailable', problem: 'locked' })
      expect(identity.isLocked).toBe(true)
    })

    it('opens one identity however often it is asked, so that locking it locks it for all', async () => {
      const created = await store.create('me', secret)
      expect(await store.open('me')).toBe(created)
      created.lock()
      expect((await store.open('me')).isLocked).toBe(true)
    })

    it('makes one key of a name, whoever asks', async () => {
      const asked = Array.from({ length: 4 }, () => store.create('me', secret))
      const settled = await Promise.allSettled(asked)
      const made = settled.filter(({ status }) => status === 'fulfilled')
      const refused = settled.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []))
      expect(made).toHaveLength(1)
      expect(refused.map(reason => reason.code)).toEqual(['conflict', 'conflict', 'conflict'])
      expect(await store.list()).toHaveLength(1)
    })

    it('knows no key that it does not keep', async () => {
      const unknown = { code: 'not-found' }
      await expect(store.open('me')).rejects.toMatchObject(unknown)
      await expect(store.relabel('me', 'label')).rejects.toMatchObject(unknown)
      await expect(store.export('me', { backupPassphrase })).rejects.toMatchObject(unknown)
      const change = { passphrase, newPassphrase: backupPassphrase }
      await expect(store.changePassphrase('me', change)).rejects.toMatchObject(unknown)
      await store.delete('me')
      expect(await store.list()).toEqual([])
    })

    it.each(['', '.', '..', '../me', 'a/b', 'a\\b', 'a b', 'é', 'a\0b', 'x'.repeat(65)])(
      'refuses the name %j',
      async badName => {
        const refusal = { code: 'invalid-request' }
        await expect(store.create(badName, secret)).rejects.toMatchObject(refusal)
        await expect(store.open(badName)).rejects.toMatchObject(refusal)
        await expect(store.delete(badName)).rejects.toMatchObject(refusal)
        await expect(store.export(badName, { backupPassphrase })).rejects.toMatchObject(refusal)
        expect(await store.list()).toEqual([])
      },
    )

    it.each(['', 'x'.repeat(65)])('refuses the label %j', async label => {
      const refusal = { code: 'invalid-request' }
      await expect(store.create('me', { ...secret, label })).rejects.toMatchObject(refusal)
      await store.create('me', { ...secret, label: 'x'.repeat(64) })
      await expect(store.relabel('me', label)).rejects.toMatchObject(refusal)
      expect(await store.list()).toMatchObject([{ label: 'x'.repeat(64) }])
    })

    it('forgets a deleted key, also for who has it open', async () => {
      const identity = await store.create('me', secret)
      await store.delete('me')
      expect(await store.list()).toEqual([])
      await expect(store.open('me')).rejects.toMatchObject({ code: 'not-found' })
      expect(identity.isLocked).toBe(true)
      await expect(identity.unlock(secret)).rejects.toMatchObject({ code: 'not-found' })
      const next = await store.create('me', secret)
      expect(next.did).not.toBe(identity.did)
      await expect(identity.unlock(secret)).rejects.toMatchObject({ code: 'not-found' })
    })

    it('does nothing for a call that is aborted before it begins', async () => {
      const reason = new Error('changed my mind')
      const signal = AbortSignal.abort(reason)
      const { did } = await store.create('kept', secret)
      const aborted = [
        store.create('me', { ...secret, signal }),
        store.open('kept', { signal }),
        store.list({ signal }),
        store.relabel('kept', 'label', { signal }),
        store.delete('kept', { signal }),
        store.export('kept', { ...secret, backupPassphrase, signal }),
        store.import('me', '', { ...secret, backupPassphrase, signal }),
        store.changePassphrase('kept', { passphrase, newPassphrase: backupPassphrase, signal }),
      ]
      for (const call of await Promise.allSettled(aborted)) {
        expect(call).toEqual({ status: 'rejected', reason })
      }
      expect(await store.list()).toMatchObject([{ name: 'kept', label: 'kept', did }])
    })

    it.runIf(canExport)(
      'gives a backup that its passphrase, and no other, turns into the same key',
      async () => {
        const { did } = await store.create('me', secret)
        const backup = await store.export('me', { ...secret, backupPassphrase })
        expect(backup).not.toContain(backupPassphrase)
        const wrong = { ...secret, backupPassphrase: 'staple in the bag' }
        const refusal = { code: 'identity-unavailable', problem: 'wrong-secret' }
        await expect(store.import('copy', backup, wrong)).rejects.toMatchObject(refusal)
        await expect(store.import('me', backup, { ...secret, backupPassphrase })).rejects.toMatchObject({
          code: 'conflict',
        })
        expect(await keyNames()).toEqual(['me'])
        const copy = await store.import('copy', backup, { ...secret, backupPassphrase, label: 'Copy' })
        expect(copy.did).toBe(did)
        expect(await verifier.verify(did, message, await copy.sign(message))).toBe(true)
        expect(await keyNames()).toEqual(['me', 'copy'])
      },
    )

    it.runIf(canExport)('refuses a backup passphrase that is too short', async () => {
      await store.create('me', secret)
      const short = { ...secret, backupPassphrase: '1234567' }
      await expect(store.export('me', short)).rejects.toMatchObject({ code: 'invalid-request' })
    })

    it.skipIf(canExport)('gives nobody a key that cannot be read out', async () => {
      await store.create('me', secret)
      const exporting = store.export('me', { ...secret, backupPassphrase })
      await expect(exporting).rejects.toMatchObject({ code: 'unsupported' })
    })

    it.runIf(protection !== 'passphrase')('has no passphrase to change', async () => {
      await store.create('me', secret)
      const change = { passphrase, newPassphrase: backupPassphrase }
      await expect(store.changePassphrase('me', change)).rejects.toMatchObject({ code: 'unsupported' })
    })

    describe.runIf(protection === 'passphrase')('a passphrase', () => {
      it('is needed, and no other will do', async () => {
        const identity = await store.create('me', secret)
        identity.lock()
        await expect(identity.unlock()).rejects.toMatchObject({ problem: 'locked' })
        const wrong = identity.unlock({ passphrase: 'correct horse batterz' })
        await expect(wrong).rejects.toMatchObject({ code: 'identity-unavailable', problem: 'wrong-secret' })
        expect(identity.isLocked).toBe(true)
      })

      it.each([undefined, '', '1234567'])('is no passphrase: %j', async short => {
        const creating = store.create('me', { passphrase: short })
        await expect(creating).rejects.toMatchObject({ code: 'invalid-request' })
        expect(await store.list()).toEqual([])
      })

      it('is the same however its characters were composed', async () => {
        const identity = await store.create('me', { passphrase: 'Caf\u00e9 Zürich' })
        identity.lock()
        await identity.unlock({ passphrase: 'Cafe\u0301 Zürich' })
        expect(identity.isLocked).toBe(false)
      })

      it('changes for who knows it; then the old one opens nothing', async () => {
        const identity = await store.create('me', { ...secret, label: 'Mine' })
        const newPassphrase = 'another passphrase'
        const wrong = store.changePassphrase('me', { passphrase: newPassphrase, newPassphrase })
        await expect(wrong).rejects.toMatchObject({ problem: 'wrong-secret' })
        const short = store.changePassphrase('me', { passphrase, newPassphrase: 'short' })
        await expect(short).rejects.toMatchObject({ code: 'invalid-request' })
        await store.changePassphrase('me', { passphrase, newPassphrase })
        identity.lock()
        await expect(identity.unlock(secret)).rejects.toMatchObject({ problem: 'wrong-secret' })
        await identity.unlock({ passphrase: newPassphrase })
        expect(await store.list()).toMatchObject([{ name: 'me', label: 'Mine', did: identity.did }])
      })
    })

    it('comes back with the same keys after a restart, locked where a secret is needed', async () => {
      const { reopen } = fixture
      if (reopen === undefined) return expect(protection).toBe('memory')
      const before = await store.create('me', { ...secret, label: 'Mine' })
      const signature = await before.sign(message)
      const listed = await store.list()
      const store2 = reopen()
      expect(await store2.list()).toEqual(listed)
      const after = await store2.open('me')
      expect(after).toMatchObject({ did: before.did, name: 'me', isLocked: needsSecret })
      await after.unlock(secret)
      expect(await after.sign(message)).toEqual(signature)
      await expect(store2.create('me', secret)).rejects.toMatchObject({ code: 'conflict' })
    })

    identitySuite(
      `a key of ${name}, an`,
      async () => {
        const { store } = await options.create()
        return store.create('me', secret)
      },
      verifier,
    )
  })
}
