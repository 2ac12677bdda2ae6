import { mkdtemp, rm } from 'node:fs/promises'
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
