import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import type { GenerateRequest } from '../../../src/contracts/index.ts'
import { loadOnnxModel } from '../../../src/engines/onnx/index.ts'
import { collectModelEvents } from '../../../src/testing/model-suite.ts'
import { randomFolder } from './memory-folder.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Bytes outside the JavaScript heap: tensors, and the memory of WASM. */
async function heldBytes(): Promise<number> {
  collectGarbage()
  // Memory of native addons is given back in a task after the collection.
  await new Promise(resolve => setImmediate(resolve))
  collectGarbage()
  const { arrayBuffers, external } = process.memoryUsage()
  return arrayBuffers + external
}

it('answers, whole, aborted and left early, leave no memory behind', async () => {
  const model = await loadOnnxModel(randomFolder(3), { maxCacheBytes: 200_000 })
  const round = async (index: number) => {
    const content = `${index} ${'word '.repeat(20)}`
    const request: GenerateRequest = { messages: [{ role: 'user', content }], maxOutputTokens: 8 }
    await collectModelEvents(model.generate(request))
    for await (const _ of model.generate(request)) break
    const controller = new AbortController()
    const read = collectModelEvents(model.generate(request, controller))
    controller.abort(new Error('enough'))
    await expect(read).rejects.toThrow('enough')
  }
  for (let index = 0; index < 10; index++) await round(index)
  const before = await heldBytes()
  for (let index = 10; index < 60; index++) await round(index)
  // One state of this model is some 60 KB; 50 rounds of leaks would hold 3 MB or more.
  expect((await heldBytes()) - before).toBeLessThan(1_000_000)
  await model.stop()
})
