import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Makes directories that go away when the tests of the file are done. */
export function temporaryDirectories(): () => Promise<string> {
  const directories: string[] = []
  afterAll(() => Promise.all(directories.map(directory => rm(directory, { recursive: true, force: true }))))
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lumos-keys-'))
    directories.push(directory)
    return directory
  }
}
