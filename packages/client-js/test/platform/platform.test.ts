import 'fake-indexeddb/auto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as browser from '../../src/platform/browser.ts'
import * as node from '../../src/platform/node.ts'
import type { Platform } from '../../src/platform/platform.ts'

const platforms: Platform[] = [node satisfies Platform, browser satisfies Platform]
const message = new TextEncoder().encode('the same on both')

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lumos-platform-'))
})
afterEach(() => rm(directory, { recursive: true }))

it('makes the same key and signature of a seed, and accepts each other’s', async () => {
  const seed = node.randomBytes(32)
  const [a, b] = await Promise.all([node.keyFromSeed(seed), browser.keyFromSeed(seed)])
  expect(b.publicKey).toEqual(a.publicKey)
  const signature = await a.sign(message)
  expect(await b.sign(message)).toEqual(signature)
  for (const platform of platforms) {
    const check = await platform.importPublicKey(a.publicKey)
    expect(await check(message, signature)).toBe(true)
    expect(await check(message.subarray(1), signature)).toBe(false)
  }
})

describe.each(platforms)('$platformName', platform => {
  it('makes different keys each time', async () => {
    const [a, b] = await Promise.all([platform.generateKey(), platform.generateKey()])
    expect(a.publicKey).not.toEqual(b.publicKey)
    const check = await platform.importPublicKey(a.publicKey)
    expect(await check(message, await a.sign(message))).toBe(true)
  })

  it('signs with a key of WebCrypto’s, extractable or not', async () => {
    for (const extractable of [true, false]) {
      const pair = (await crypto.subtle.generateKey('Ed25519', extractable, [
        'sign',
        'verify',
      ])) as CryptoKeyPair
      const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
      const key = platform.signingKeyOf(pair.privateKey, publicKey)
      expect(key.publicKey).toBe(publicKey)
      const check = await platform.importPublicKey(publicKey)
      expect(await check(message, await key.sign(message))).toBe(true)
    }
  })

  it('frames a seed as WebCrypto takes it', async () => {
    const der = platform.pkcs8FromSeed(node.randomBytes(32))
    const key = await crypto.subtle.importKey('pkcs8', der, 'Ed25519', true, ['sign'])
    expect(new Uint8Array(await crypto.subtle.exportKey('pkcs8', key))).toEqual(der)
    expect(() => platform.pkcs8FromSeed(new Uint8Array(31))).toThrow(RangeError)
  })

  describe('key records', () => {
    const bytes = Uint8Array.of(1, 2, 3)

    it('keep what one of many inserts, until it is replaced or deleted', async () => {
      const records = platform.openKeyRecords(directory)
      const inserted = await Promise.all(
        Array.from({ length: 8 }, (_, index) => records.insert('a', Uint8Array.of(index))),
      )
      const winner = inserted.indexOf(true)
      expect(inserted.filter(Boolean)).toEqual([true])
      expect(await records.read('a')).toEqual(Uint8Array.of(winner))
      await records.replace('a', bytes)
      expect(await platform.openKeyRecords(directory).read('a')).toEqual(bytes)
      await records.delete('a')
      await records.delete('a')
      expect(await records.read('a')).toBeUndefined()
    })

    it('are listed by name, apart from each other', async () => {
      const records = platform.openKeyRecords(join(directory, 'below'))
      expect(await records.names()).toEqual([])
      await records.insert('b.c', bytes)
      await records.insert('a', Uint8Array.of(9))
      expect((await records.names()).sort()).toEqual(['a', 'b.c'])
      expect(await records.read('b.c')).toEqual(bytes)
    })
  })
})

describe('key files', () => {
  const bytes = Uint8Array.of(1, 2, 3)

  it('are for their owner’s eyes, in a directory of its own, with nothing left beside them', async () => {
    const inner = join(directory, 'home')
    const records = node.openKeyRecords(inner)
    await records.insert('identity', bytes)
    await records.replace('identity', bytes)
    expect(await records.insert('identity', bytes)).toBe(false)
    expect(await readdir(inner)).toEqual(['identity.key'])
    expect((await stat(join(inner, 'identity.key'))).mode & 0o777).toBe(0o600)
    expect((await stat(inner)).mode & 0o777).toBe(0o700)
  })

  it('are refused, not replaced, when open to others', async () => {
    const path = join(directory, 'identity.key')
    await writeFile(path, bytes, { mode: 0o644 })
    const reading = node.openKeyRecords(directory).read('identity')
    await expect(reading).rejects.toMatchObject({ code: 'identity-unavailable', problem: 'exposed' })
    expect(new Uint8Array(await readFile(path))).toEqual(bytes)
  })

  it('are reported as unreadable where no directory can be', async () => {
    const file = join(directory, 'file')
    await writeFile(file, '')
    const records = node.openKeyRecords(join(file, 'below'))
    const refusal = { code: 'identity-unavailable', problem: 'unreadable' }
    await expect(records.insert('identity', bytes)).rejects.toMatchObject(refusal)
    await expect(records.replace('identity', bytes)).rejects.toMatchObject(refusal)
    await expect(records.names()).rejects.toMatchObject(refusal)
  })
})

it('reports a database that cannot be opened', async () => {
  const request = indexedDB.open('newer', 7)
  await new Promise(resolve => request.addEventListener('success', resolve))
  request.result.close()
  const reading = browser.openKeyRecords('newer').read('identity')
  await expect(reading).rejects.toMatchObject({ code: 'identity-unavailable', problem: 'unreadable' })
})
