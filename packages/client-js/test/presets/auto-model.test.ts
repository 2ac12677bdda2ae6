import { expect, it } from 'vitest'
import { createAssistant } from '../../src/agents.ts'
import { replayRun, verifyRunRecord } from '../../src/identity.ts'
import { createClient, LumosError, type ModelId, type RoutePolicy } from '../../src/index.ts'
import { createLocalNode } from '../../src/presets/node.ts'
import { MemoryModelCatalog, ScriptedModel, type ScriptedTurn } from '../../src/testing.ts'

const cloudFirst: RoutePolicy = { name: 'cloud first', score: ({ isLocal }) => 1 - isLocal }

function twoPlaces(cloudTurn: ScriptedTurn = 'from the cloud') {
  const home = new ScriptedModel({
    info: { modelId: 'home' as ModelId, continuesAnswers: true },
    script: () => 'from home',
  })
  const cloud = new ScriptedModel({
    info: { modelId: 'cloud' as ModelId, device: 'remote', isLocal: false },
    script: () => cloudTurn,
  })
  return { home, cloud, models: new MemoryModelCatalog([home, cloud]) }
}

it('an agent with auto says which model answered where, and why', async () => {
  const { models } = twoPlaces()
  await using node = await createLocalNode({ models, routing: { policy: cloudFirst } })
  await using client = createClient({ host: node.host })
  const { text, modelId, route, message } = await client
    .getAgent('assistant')
    .generate('Hello', { modelId: 'auto' })
  expect({ text, modelId }).toEqual({ text: 'from the cloud', modelId: 'cloud' })
  expect(route).toEqual({
    modelId: 'cloud',
    engine: 'scripted',
    device: 'remote',
    place: 'cloud',
    reason: 'best',
  })
  expect(message?.metadata).toMatchObject({ modelId: 'cloud' })
})

it('a conversation whose policy keeps it at home never reaches the cloud', async () => {
  const { models, home, cloud } = twoPlaces()
  await using node = await createLocalNode({ models, routing: { policy: cloudFirst } })
  await using client = createClient({ host: node.host })
  const { threadId } = await client.createMemoryThread({ usage: { inference: { places: ['local'] } } })
  const answer = await client.getAgent('assistant').generate('A secret', { modelId: 'auto', threadId })
  expect(answer.route).toMatchObject({ modelId: 'home', reason: 'local-only' })
  expect([home.requests.length, cloud.requests.length]).toEqual([1, 0])
  const named = client.getAgent('assistant').generate('A secret', { modelId: 'cloud', threadId })
  await expect(named).rejects.toMatchObject({ code: 'forbidden' })
  expect(cloud.requests).toEqual([])
})

it('a request that must stay on this device goes to no cloud model, by name or not', async () => {
  const { models, cloud } = twoPlaces()
  await using node = await createLocalNode({ models, routing: { policy: cloudFirst } })
  await using client = createClient({ host: node.host })
  const agent = client.getAgent('assistant')
  const { route } = await agent.generate('A secret', { modelId: 'auto', privacy: 'local' })
  expect(route?.place).toBe('local')
  const named = agent.generate('A secret', { modelId: 'cloud', privacy: 'local' })
  await expect(named).rejects.toMatchObject({ code: 'forbidden' })
  const direct = client
    .getModel('cloud')
    .stream({ messages: [{ role: 'user', content: 'A secret' }], privacy: 'local' })
  await expect(Array.fromAsync(direct)).rejects.toMatchObject({ code: 'forbidden' })
  expect(cloud.requests).toEqual([])
  await expect(agent.generate('A secret', { privacy: 'local', place: 'cloud' })).rejects.toMatchObject({
    code: 'invalid-request',
  })
})

it('an answer that moved is told, kept in the record, and replayed as it was', async () => {
  const error = new LumosError('connection-lost', 'The cable was cut.')
  const { models, home } = twoPlaces({ text: 'It was', error })
  await using node = await createLocalNode({ models, routing: { policy: cloudFirst } })
  await using client = createClient({ host: node.host })
  const stream = await client.getAgent('assistant').stream('Hello', { modelId: 'auto' })
  const events = await Array.fromAsync(stream)
  expect(events.find(({ type }) => type === 'answer-routed')).toMatchObject({
    step: 1,
    route: { modelId: 'home', reason: 'failed-over', earlier: [{ modelId: 'cloud', textLength: 6 }] },
  })
  expect(home.requests[0]?.answerSoFar).toBe('It was')
  expect(await stream.text).toBe('It wasfrom home')
  const record = await client.getRunRecord((await stream.result).runId)
  const verified = await verifyRunRecord(record)
  expect(verified.provenance?.models.map(({ modelId }) => modelId)).toEqual(['cloud', 'home'])
  const replayed = await replayRun(record, { createAgent: parts => createAssistant(parts) })
  expect(replayed).toMatchObject({ isSame: true })
})
