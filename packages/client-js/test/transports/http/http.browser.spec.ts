import { join } from 'node:path'
import { expect, test } from '../../../../../tests/browser/test.ts'
import { createAssistant } from '../../../src/agents.ts'
import { createHost, createHttpHandler, MemoryStore, StoreThreads } from '../../../src/host.ts'
import { createIdentity } from '../../../src/identity.ts'
import { MemoryModelCatalog } from '../../../src/testing/memory-model-catalog.ts'
import { ScriptedModel } from '../../../src/testing/scripted-model.ts'
import type { HttpCalls } from './http-page.ts'
import { NodeListener } from './node-listener.ts'

declare const calls: HttpCalls

const script = join(import.meta.dirname, 'http-page.ts')

/** A real host behind a real port, whose pages of `origins` may call it. */
async function listen(origins: string[]): Promise<NodeListener> {
  const store = new MemoryStore()
  const models = new MemoryModelCatalog([new ScriptedModel({ script: () => 'one two three' })])
  const host = createHost({
    identity: await createIdentity(),
    agents: [createAssistant({ models })],
    threads: new StoreThreads({ store }),
    models,
    store,
  })
  await host.start()
  return NodeListener.listen(createHttpHandler(host, { cors: { origins } }))
}

test('a page of a listed origin runs an agent on a server, leaves and resumes', async ({
  page,
  servePage,
}) => {
  const pageUrl = await servePage({ script })
  await using listener = await listen([new URL(pageUrl).origin])
  await page.goto(pageUrl)
  const run = await page.evaluate(url => calls.stream(url), listener.origin)
  expect(run.types.at(0)).toBe('run-started')
  expect(run.types.at(-1)).toBe('run-finished')
  expect(run).toMatchObject({ text: 'one two three', place: 'cloud' })
  const resumed = await page.evaluate(url => calls.leaveAndResume(url), listener.origin)
  expect(resumed.ids).toEqual(resumed.ids.map((_id, index) => index + 1))
  expect(resumed.offset).toBeLessThan(resumed.ids.length)
  expect(resumed.last).toBe('run-finished')
})

test('a page of any other origin gets nothing', async ({ page, servePage }) => {
  const pageUrl = await servePage({ script })
  await using listener = await listen(['https://app.test'])
  await page.goto(pageUrl)
  expect(await page.evaluate(url => calls.codeOf(url), listener.origin)).toBe('no-place-available')
})
