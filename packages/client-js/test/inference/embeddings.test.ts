import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, type LumosClient } from '../../src/index.ts'
import type { LocalModelsConfig } from '../../src/inference.ts'
import { createLocalNode, type LocalNode } from '../../src/presets/node.ts'

const documents = [
  'Install the package with npm, then start the server.',
  'The moon goes around the earth in about 27 days.',
  'Bake the bread for forty minutes in a hot oven.',
  'A lawyer explained the new rules on renting a flat.',
]
const questions: [string, number][] = [
  ['how are npm packages installed?', 0],
  ['astronomy', 1],
  ['a recipe from the kitchen', 2],
  ['tenants and landlords', 3],
]

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)

/** The files that ship, through the node's door: everything a client asks of. */
describe('lumos-embeddings in a node', () => {
  let node: LocalNode
  let client: LumosClient

  beforeAll(async () => {
    const local: LocalModelsConfig = { hub: false, modelDirectories: [] }
    node = await createLocalNode({ models: local, embeddings: local })
    await node.start()
    client = createClient({ host: node.host })
  }, 60_000)

  afterAll(async () => {
    await client.stop()
    await node.stop()
  })

  it('finds the document that a question is about', async () => {
    const { vectors } = await client.embed(documents)
    const asked = await client.embed(questions.map(([question]) => question))
    const found = asked.vectors.map(question => {
      const near = vectors.map(vector => dot(question, vector))
      return near.indexOf(Math.max(...near))
    })
    expect(found).toEqual(questions.map(([, index]) => index))
  })

  it('says which model answered, and what it read', async () => {
    const { modelId, usage, vectors } = await client.embed(['Hello there'], { dimensions: 32 })
    expect(modelId).toBe('lumos-embeddings')
    expect(usage).toEqual({ inputTokens: 2 })
    expect(vectors[0]).toHaveLength(32)
    expect(vectors[0]).toBeInstanceOf(Float32Array)
  })

  it('refuses what is no request, and models that are not there', async () => {
    await expect(client.embed([])).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(client.embed(['x'], { modelId: 'nobody' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(client.embed(['x'], { dimensions: 9999 })).rejects.toMatchObject({ code: 'invalid-request' })
  })
})
