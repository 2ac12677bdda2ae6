import { describe, expect, it } from 'vitest'
import { createAuditLog } from '../../src/access.ts'
import type { AuditLog, ThreadId } from '../../src/contracts/index.ts'
import { MemoryStore } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { CrashingStore } from '../../src/testing/crashing-store.ts'
import { collect, Requester, runParams } from '../../src/testing/host-fixture.ts'
import { setUpHost } from './host-setup.ts'

/** Asks for changes until the process dies at the given write. Log and threads are in one store. */
async function crashAt(crashAtWrite: number, keepsLastWrite: boolean) {
  const store = new MemoryStore()
  const identity = await createIdentity()
  const crashing = new CrashingStore({ store, crashAtWrite, keepsLastWrite })
  const audit: AuditLog = createAuditLog({ store: crashing, identity })
  const { host } = await setUpHost({ identity, store: crashing, audit, script: () => 'Hello.' })
  const alice = await Requester.create(host)
  const done: string[] = []
  const working = (async () => {
    for (const threadId of ['one', 'two', 'three'] as ThreadId[]) {
      await alice.ask('thread.list', {})
      await alice.ask('thread.create', { threadId })
      done.push(`/thread/create ${threadId}`)
    }
    await collect(alice.stream('agent.run', runParams('Hi', { threadId: 'one' as ThreadId })))
    done.push('/agent/run one')
    return false
  })()
  const didCrash = await Promise.race([working, crashing.crashed.then(() => true)])
  const threads: string[] = []
  for await (const { key } of store.list({ prefix: 'thread/' })) threads.push(key)
  const entries = await createAuditLog({ store, identity }).list({ limit: 1000 })
  return {
    didCrash,
    done,
    threads,
    recorded: entries.map(entry => `${entry.command} ${entry.resource?.threadId}`),
  }
}

describe('a host whose process dies', () => {
  it('has every change that took effect in its audit log, wherever it dies', async () => {
    let crashes = 0
    for (const keepsLastWrite of [false, true]) {
      let didCrash = true
      for (let crashAtWrite = 1; didCrash; crashAtWrite++) {
        const result = await crashAt(crashAtWrite, keepsLastWrite)
        didCrash = result.didCrash
        if (didCrash) crashes++
        else expect(result.threads).toHaveLength(3)
        for (const change of result.done) expect(result.recorded).toContain(change)
        for (const name of ['one', 'two', 'three']) {
          const exists = result.threads.some(key => key.endsWith(`/${name}`))
          if (exists) expect(result.recorded).toContain(`/thread/create ${name}`)
        }
      }
    }
    expect(crashes).toBeGreaterThan(20)
  })
})
