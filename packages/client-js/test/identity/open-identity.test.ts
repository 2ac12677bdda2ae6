import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createVerifier, openIdentity } from '../../src/identity.ts'
import { identitySuite } from '../../src/testing/identity-suite.ts'

const directories: string[] = []
async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'lumos-identity-'))
  directories.push(directory)
  return directory
}
afterAll(() => Promise.all(directories.map(directory => rm(directory, { recursive: true }))))

identitySuite('a kept', async () => openIdentity({ directory: await newDirectory() }), createVerifier())

it('is the same one the next time', async () => {
  const directory = await newDirectory()
  const first = await openIdentity({ directory })
  const second = await openIdentity({ directory })
  const other = await openIdentity({ directory, name: 'other' })
  expect(second.did).toBe(first.did)
  expect(other.did).not.toBe(first.did)
})

it('is one for all who ask at once, each from a store of its own', async () => {
  const directory = await newDirectory()
  const asked = await Promise.all(Array.from({ length: 8 }, () => openIdentity({ directory })))
  expect(new Set(asked.map(({ did }) => did)).size).toBe(1)
  const message = new TextEncoder().encode('one')
  const signatures = await Promise.all(asked.map(identity => identity.sign(message)))
  expect(new Set(signatures.map(String)).size).toBe(1)
})

it('is refused where no key can be kept', async () => {
  const file = join(await newDirectory(), 'file')
  await writeFile(file, '')
  const opening = openIdentity({ directory: join(file, 'below') })
  await expect(opening).rejects.toMatchObject({ code: 'identity-unavailable', problem: 'unreadable' })
})
