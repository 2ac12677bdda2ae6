import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeSuite } from '@lomusai/client-js/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPglite } from '../src/stores/pglite-client.ts'
import { PostgresStore } from '../src/stores/postgres-store.ts'
import type { SqlClient } from '../src/stores/sql-client.ts'

describe('PostgresStore on PGlite', () => {
  // One database for all: opening one takes seconds. Each test begins with an empty table.
  let database: SqlClient
  beforeAll(async () => {
    database = await openPglite()
  })
  afterAll(() => database.close())

  const create = async (): Promise<PostgresStore> => {
    await database.query('drop table if exists lumos_entries')
    return PostgresStore.open({ ...database, close: async () => {} })
  }
  storeSuite('PostgresStore', { create })

  it('keeps what it wrote when the folder is opened again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lumos-database-'))
    try {
      const first = await PostgresStore.open(await openPglite(folder))
      await first.put('key', { kept: true })
      await first.stop()
      const second = await PostgresStore.open(await openPglite(folder))
      expect(await second.get('key')).toEqual({ kept: true })
      await second.stop()
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
