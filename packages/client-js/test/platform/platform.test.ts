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

  it('gives everybody who asks at once the same stored key, and the same later', async () => {
    const asked = Array.from({ length: 8 }, () => platform.openStoredKey({ directory, name: 'identity' }))
    const keys = (await Promise.all(asked)).map(key => [...key.publicKey].join())
    expect(new Set(keys).size).toBe(1)
    const again = await platform.openStoredKey({ directory, name: 'identity' })
    expect([...again.publicKey].join()).toBe(keys[0])
    const check = await platform.importPublicKey(again.publicKey)
    expect(await check(message, await again.sign(message))).toBe(true)
  })

  it('keeps keys of different names apart', async () => {
    const [a, b] = await Promise.all(['a', 'b'].map(name => platform.openStoredKey({ directory, name })))
    expect(a?.publicKey).not.toEqual(b?.publicKey)
  })
})

describe('the key file', () => {
  it('is 32 bytes for its owner’s eyes, in a directory of its own, with nothing left beside it', async () => {
    const inner = join(directory, 'home')
    await node.openStoredKey({ directory: inner, name: 'identity' })
    expect(await readdir(inner)).toEqual(['identity.key'])
    expect((await readFile(join(inner, 'identity.key'))).length).toBe(32)
    expect((await stat(join(inner, 'identity.key'))).mode & 0o777).toBe(0o600)
    expect((await stat(inner)).mode & 0o777).toBe(0o700)
  })

  it.each([
    ['cut short', Buffer.alloc(31, 7), 0o600],
    ['too long', Buffer.alloc(33, 7), 0o600],
    ['open to others', Buffer.alloc(32, 7), 0o644],
  ])('is refused, not replaced, when %s', async (_title, content, mode) => {
    const path = join(directory, 'identity.key')
    await writeFile(path, content, { mode })
    const opening = node.openStoredKey({ directory, name: 'identity' })
    await expect(opening).rejects.toMatchObject({ code: 'identity-unavailable' })
    expect(await readFile(path)).toEqual(content)
  })

  it('is reported as unavailable where no directory can be made', async () => {
    const file = join(directory, 'file')
    await writeFile(file, '')
    const opening = node.openStoredKey({ directory: join(file, 'below'), name: 'identity' })
    await expect(opening).rejects.toMatchObject({ code: 'identity-unavailable' })
  })
})

it('keeps in the browser a private key that nobody can export', async () => {
  await browser.openStoredKey({ directory: 'page', name: 'identity' })
  const opening = indexedDB.open('page')
  await new Promise(resolve => opening.addEventListener('success', resolve))
  const reading = opening.result.transaction('keys').objectStore('keys').get('identity')
  await new Promise(resolve => reading.addEventListener('success', resolve))
  const { privateKey } = reading.result as { privateKey: CryptoKey }
  expect(privateKey.extractable).toBe(false)
  for (const format of ['pkcs8', 'jwk'] as const) {
    await expect(crypto.subtle.exportKey(format as 'jwk', privateKey)).rejects.toThrow()
  }
  opening.result.close()
})
