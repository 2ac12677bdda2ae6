import { describe, expect, it } from 'vitest'
import type { Did, Message, MessageId, Store } from '../../src/contracts/index.ts'
import { MemoryStore, StoreThreads } from '../../src/stores/index.ts'
import { threadStoreSuite } from '../../src/testing/thread-store-suite.ts'

threadStoreSuite('StoreThreads', { create: () => new StoreThreads({ store: new MemoryStore() }) })

const owner = 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH' as Did

function message(id: string): Message {
  return { messageId: id as MessageId, role: 'ROLE_USER', parts: [{ text: id }] }
}

/** Fails the n-th write, as a crash between two writes would. */
function failingStore(store: Store, failAt: number): Store {
  let writes = 0
  const tick = () => {
    if (++writes === failAt) throw new Error('crash')
  }
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const member = target[name].bind(target) as (...args: unknown[]) => unknown
      if (name !== 'put' && name !== 'putIfAbsent') return member
      return async (...args: unknown[]) => {
        tick()
        return member(...args)
      }
    },
  })
}

describe('StoreThreads', () => {
  it('adds each message exactly once when a crash at any write is followed by a retry', async () => {
    let didFail = true
    for (let failAt = 1; didFail; failAt++) {
      const store = new MemoryStore()
      const { threadId } = await new StoreThreads({ store }).create(owner, {})
      const messages = [message('1'), message('2')]
      const crashing = new StoreThreads({ store: failingStore(store, failAt) })
      didFail = await crashing.addMessages(owner, threadId, messages).then(
        () => false,
        () => true,
      )
      const after = new StoreThreads({ store })
      await after.addMessages(owner, threadId, messages)
      expect(await after.listMessages(owner, threadId)).toEqual(messages)
      if (failAt === 1) expect(didFail).toBe(true)
    }
  })

  it('loses and repeats nothing when two processes add to one thread', async () => {
    const store = new MemoryStore()
    const processes = [new StoreThreads({ store }), new StoreThreads({ store })]
    const { threadId } = await (processes[0] as StoreThreads).create(owner, {})
    const ids = Array.from({ length: 20 }, (_, index) => `${index}`)
    await Promise.all(
      ids.map((id, index) =>
        (processes[index % 2] as StoreThreads).addMessages(owner, threadId, [message(id)]),
      ),
    )
    const listed = await (processes[0] as StoreThreads).listMessages(owner, threadId)
    expect(listed.map(({ messageId }) => messageId as string).sort()).toEqual([...ids].sort())
  })
})
