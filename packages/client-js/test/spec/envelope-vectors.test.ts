import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RequestEnvelope } from '../../src/contracts/index.ts'
import { createHost } from '../../src/host/index.ts'
import { MemoryStore, StoreThreads } from '../../src/stores/index.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { MemoryModelCatalog } from '../../src/testing/memory-model-catalog.ts'

interface Vector {
  name: string
  code: string
  now: number
  envelope: RequestEnvelope
}

const path = join(import.meta.dirname, '../../../../spec/vectors/envelopes.json')
const { dids, now, valid, invalid } = JSON.parse(readFileSync(path, 'utf8')) as {
  dids: { node: never }
  now: number
  valid: Vector[]
  invalid: Vector[]
}

/** What a host at that time lets in, of these bytes. */
async function admit(envelope: unknown, at: number): Promise<RequestEnvelope[]> {
  const admitted: RequestEnvelope[] = []
  const store = new MemoryStore()
  const host = createHost({
    identity: { did: dids.node },
    threads: new StoreThreads({ store }),
    models: new MemoryModelCatalog([]),
    store,
    clock: new ManualClock(at),
    authorizer: {
      authorize({ issuer, envelope }) {
        admitted.push(envelope as RequestEnvelope)
        return { subject: issuer, delegations: [] }
      },
    },
  })
  const bytes = new TextEncoder().encode(JSON.stringify(envelope))
  try {
    for await (const _ of host.handle(bytes, { transport: 'libp2p' })) break
  } catch (error) {
    if (admitted.length === 0) throw error
  }
  return admitted
}

describe('a host', () => {
  it.each(valid)('lets in $name', async ({ envelope }) => {
    expect(await admit(envelope, now)).toEqual([envelope])
  })

  it.each(invalid)('refuses $name with $code', async ({ envelope, code, now: at }) => {
    await expect(admit(envelope, at)).rejects.toMatchObject({ code })
  })
})
