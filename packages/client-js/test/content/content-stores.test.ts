import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileStore } from '#platform'
import { FileContentStore, MemoryContentStore } from '../../src/content/index.ts'
import { contentStoreSuite } from '../../src/testing/content-store-suite.ts'

contentStoreSuite('MemoryContentStore', async () => ({ store: new MemoryContentStore() }))

contentStoreSuite('FileContentStore on disk', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lumos-blocks-'))
  const open = async () => new FileContentStore(await openFileStore(directory), 'blocks')
  return {
    store: await open(),
    reopen: open,
    async damage(cid, change) {
      const path = join(directory, 'blocks', cid.slice(-2), cid)
      await writeFile(path, change(await readFile(path)))
    },
    cleanUp: () => rm(directory, { recursive: true }),
  }
})
