import { join } from 'node:path'
import { expect, test } from '../../../../tests/browser/test.ts'
import type { RunId } from '../../src/contracts/index.ts'
import type { ReloadCalls } from './reload-page.ts'

declare const calls: ReloadCalls

const script = join(import.meta.dirname, 'reload-page.ts')

test('a run inside a page goes on after a reload, without loss or repeat', async ({ page, servePage }) => {
  await page.goto(await servePage({ script }))
  const seen = await page.evaluate(() => calls.startRun())
  await page.reload()
  const { runId } = seen[0] as unknown as { runId: RunId }
  const rest = await page.evaluate(([id, offset]) => calls.readRest(id, offset), [
    runId,
    seen.length,
  ] as const)
  const ids = [...seen, ...rest].map(({ id }) => id)
  expect(ids).toEqual(ids.map((_, index) => index + 1))
  expect(rest.map(({ type }) => type)).toEqual([
    'step-started',
    'text-delta',
    'text-delta',
    'text-delta',
    'step-finished',
    'message-added',
    'run-finished',
  ])
})
