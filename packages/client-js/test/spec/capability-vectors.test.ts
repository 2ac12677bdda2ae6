import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeDelegation, openNodeAccess } from '../../src/access/index.ts'
import { type Command, isLumosError, type RequestEnvelope } from '../../src/contracts/index.ts'
import { createHost } from '../../src/host/index.ts'
import { identityFromSeed } from '../../src/identity/index.ts'
import { MemoryStore, StoreThreads } from '../../src/stores/index.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { MemoryModelCatalog } from '../../src/testing/memory-model-catalog.ts'

interface Vector {
  name: string
  cids: string[]
  revocations: string[]
  code?: string
  envelope: RequestEnvelope
}

const path = join(import.meta.dirname, '../../../../spec/vectors/capabilities.json')
const { seeds, now, publicCommands, cases } = JSON.parse(readFileSync(path, 'utf8')) as {
  seeds: { node: string }
  now: number
  publicCommands: Command[]
  cases: Vector[]
}

/** `admitted`, or the code of the door's refusal, of a real host at that time. */
async function verdictOn({ envelope, revocations }: Vector): Promise<string> {
  const [store, clock] = [new MemoryStore(), new ManualClock(now)]
  const identity = await identityFromSeed(Buffer.from(seeds.node, 'hex'))
  const access = await openNodeAccess({ identity, store, clock, publicCommands })
  for (const token of revocations) await access.revocations.add(token)
  let isAdmitted = false
  const host = createHost({
    identity,
    threads: new StoreThreads({ store, clock }),
    models: new MemoryModelCatalog([]),
    store,
    clock,
    authorizer: {
      async authorize(request) {
        const authorization = await access.authorizer.authorize(request)
        isAdmitted = true
        return authorization
      },
    },
  })
  const bytes = new TextEncoder().encode(JSON.stringify(envelope))
  try {
    for await (const _ of host.handle(bytes, { transport: 'libp2p' })) break
  } catch (error) {
    // Let in, it may still ask for what is not there.
    if (!isAdmitted) return isLumosError(error) ? error.code : String(error)
  }
  return 'admitted'
}

describe('a host, asked for', () => {
  it.each(cases)('$name: $code', async vector => {
    expect(await verdictOn(vector)).toBe(vector.code ?? 'admitted')
    const delegations = await Promise.all((vector.envelope.delegations ?? []).map(decodeDelegation))
    expect(delegations.map(({ cid }) => cid)).toEqual(vector.cids)
  })
})
