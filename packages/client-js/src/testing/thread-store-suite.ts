import { describe, expect, it } from 'vitest'
import type { Did, Message, MessageId, ThreadId, ThreadStore } from '../contracts/index.ts'

export interface ThreadStoreSuiteOptions {
  /** A new, empty store. */
  create(): Promise<ThreadStore> | ThreadStore
}

const alice = 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH' as Did
const bob = 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' as Did

function message(id: string): Message {
  return { messageId: id as MessageId, role: 'ROLE_USER', parts: [{ text: `text of ${id}` }] }
}

/** What every {@link ThreadStore} must do. */
export function threadStoreSuite(name: string, options: ThreadStoreSuiteOptions): void {
  describe(`${name} is a ThreadStore`, () => {
    it('creates a thread and gives it back', async () => {
      const threads = await options.create()
      const created = await threads.create(alice, { title: 'Talk', metadata: { colour: 'blue' } })
      expect(created).toMatchObject({ title: 'Talk', metadata: { colour: 'blue' } })
      expect(new Date(created.createdAt).toISOString()).toBe(created.createdAt)
      expect(await threads.get(alice, created.threadId)).toEqual(created)
      expect(await threads.list(alice)).toEqual([created])
    })

    it.each(['plain', 'with/slash', '日本語 %2F', '../..'])('takes %j for a thread id', async id => {
      const threads = await options.create()
      const threadId = id as ThreadId
      await threads.create(alice, { threadId })
      await threads.addMessages(alice, threadId, [message(id)])
      expect(await threads.listMessages(alice, threadId)).toEqual([message(id)])
      await expect(threads.create(alice, { threadId })).rejects.toMatchObject({ code: 'conflict' })
    })

    it('hides a thread from everybody but its owner', async () => {
      const threads = await options.create()
      const { threadId } = await threads.create(alice, {})
      const refusal = { code: 'not-found' }
      await expect(threads.get(bob, threadId)).rejects.toMatchObject(refusal)
      await expect(threads.update(bob, threadId, { title: 'x' })).rejects.toMatchObject(refusal)
      await expect(threads.addMessages(bob, threadId, [message('1')])).rejects.toMatchObject(refusal)
      await expect(threads.listMessages(bob, threadId)).rejects.toMatchObject(refusal)
      await threads.delete(bob, threadId)
      expect(await threads.list(bob)).toEqual([])
      expect(await threads.list(alice)).toHaveLength(1)
    })

    it('lets two owners use one thread id', async () => {
      const threads = await options.create()
      const threadId = 'same' as ThreadId
      await threads.create(alice, { threadId, title: 'hers' })
      await threads.create(bob, { threadId, title: 'his' })
      await threads.addMessages(bob, threadId, [message('1')])
      expect((await threads.get(alice, threadId)).title).toBe('hers')
      expect(await threads.listMessages(alice, threadId)).toEqual([])
    })

    it('changes only what an update names', async () => {
      const threads = await options.create()
      const { threadId } = await threads.create(alice, { title: 'a', metadata: { n: 1 } })
      expect(await threads.update(alice, threadId, { title: 'b' })).toMatchObject({
        title: 'b',
        metadata: { n: 1 },
      })
      expect(await threads.update(alice, threadId, { metadata: {} })).toMatchObject({
        title: 'b',
        metadata: {},
      })
    })

    it('keeps both of two concurrent updates of different fields', async () => {
      const threads = await options.create()
      const { threadId } = await threads.create(alice, {})
      await Promise.all([
        threads.update(alice, threadId, { title: 'b' }),
        threads.update(alice, threadId, { metadata: { n: 1 } }),
      ])
      expect(await threads.get(alice, threadId)).toMatchObject({ title: 'b', metadata: { n: 1 } })
    })

    messages(options)
  })
}

function messages(options: ThreadStoreSuiteOptions): void {
  it('keeps messages in the order they were added, whoever adds them at the same time', async () => {
    const threads = await options.create()
    const { threadId } = await threads.create(alice, {})
    const batches = Array.from({ length: 5 }, (_, batch) => [message(`${batch}-0`), message(`${batch}-1`)])
    await Promise.all(batches.map(batch => threads.addMessages(alice, threadId, batch)))
    const ids = (await threads.listMessages(alice, threadId)).map(({ messageId }) => messageId as string)
    expect([...ids].sort()).toEqual(batches.flat().map(({ messageId }) => messageId))
    for (const [first, second] of batches) {
      expect(ids.indexOf(first?.messageId as string)).toBeLessThan(ids.indexOf(second?.messageId as string))
    }
  })

  it('leaves a message that is there already as it is', async () => {
    const threads = await options.create()
    const { threadId } = await threads.create(alice, {})
    await threads.addMessages(alice, threadId, [message('1'), message('2')])
    const changed = { ...message('1'), parts: [{ text: 'changed' }] }
    await Promise.all([
      threads.addMessages(alice, threadId, [changed, message('3')]),
      threads.addMessages(alice, threadId, [message('3')]),
    ])
    expect(await threads.listMessages(alice, threadId)).toEqual([message('1'), message('2'), message('3')])
  })

  it('lists the newest up to the limit, oldest first', async () => {
    const threads = await options.create()
    const { threadId } = await threads.create(alice, {})
    await threads.addMessages(
      alice,
      threadId,
      Array.from({ length: 12 }, (_, index) => message(`${index}`)),
    )
    const newest = await threads.listMessages(alice, threadId, { limit: 3 })
    expect(newest.map(({ messageId }) => messageId)).toEqual(['9', '10', '11'])
  })

  it('removes a thread with its messages', async () => {
    const threads = await options.create()
    const threadId = 't' as ThreadId
    await threads.create(alice, { threadId })
    await threads.addMessages(alice, threadId, [message('1')])
    await threads.delete(alice, threadId)
    await threads.delete(alice, threadId)
    await expect(threads.get(alice, threadId)).rejects.toMatchObject({ code: 'not-found' })
    await threads.create(alice, { threadId })
    expect(await threads.listMessages(alice, threadId)).toEqual([])
  })
}
