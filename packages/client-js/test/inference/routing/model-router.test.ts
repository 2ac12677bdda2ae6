import { describe, expect, it } from 'vitest'
import { autoModelId, LumosError, type ModelId, type RoutePolicy } from '../../../src/contracts/index.ts'
import { createModelCatalog, createModelRouter, type RouterOptions } from '../../../src/inference/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { answerOf, ask, cloudInfo, type FakeModel, fakeModel, fakeSource } from './router-fixture.ts'

const tool = { name: 'calculator', description: 'Calculates', parameters: { type: 'object' } }
const lost = new LumosError('connection-lost', 'The cable was cut.')

function router(models: FakeModel[], options: Partial<RouterOptions> = {}) {
  return createModelRouter({
    models: createModelCatalog({ sources: [fakeSource(...models)] }),
    clock: new ManualClock(),
    machine: async () => ({ cores: 4, memoryBytes: 16e9, storageBytes: 1e12 }),
    conditions: async () => ({ battery: 1, heat: 0 }),
    ...options,
  })
}

/** Prefers by name, in this order. */
const cloudFirst: RoutePolicy = { name: 'cloud first', score: ({ isLocal }) => 1 - isLocal }
const localFirst: RoutePolicy = { name: 'local first', score: ({ isLocal }) => isLocal }
const tiny = (script = () => ['tiny']) =>
  fakeModel({ modelId: 'tiny', parameters: 8e6, sizeBytes: 8e6 }, script)
const cloud = (script: FakeModel['script'] = () => ['cloud']) =>
  fakeModel({ modelId: 'cloud', ...cloudInfo }, script)

describe('a model router', () => {
  it('says who answers before the first word, and at the end why', async () => {
    const { events, route } = await answerOf(router([tiny()]), ask('Hello'))
    expect(events.map(({ type }) => type)).toEqual(['answer-routed', 'text-delta', 'finished'])
    expect(route).toEqual({ modelId: 'tiny', engine: 'onnx', place: 'local', reason: 'only-one' })
  })

  it('keeps at home what must stay there, whatever the policy wants', async () => {
    const [home, away] = [tiny(), cloud()]
    const { text, route } = await answerOf(
      router([home, away], { policy: cloudFirst }),
      ask('A secret', { privacy: 'local' }),
    )
    expect({ text, reason: route.reason, sent: away.seen }).toEqual({
      text: 'tiny',
      reason: 'local-only',
      sent: [],
    })
    const open = await answerOf(router([home, away], { policy: cloudFirst }), ask('No secret'))
    expect(open.text).toBe('cloud')
  })

  it('fails rather than send away what must stay at home', async () => {
    const [home, away] = [tiny(() => [lost] as never), cloud()]
    const asked = answerOf(router([home, away]), ask('A secret', { privacy: 'local' }))
    await expect(asked).rejects.toMatchObject({ code: 'connection-lost' })
    expect(away.seen).toEqual([])
  })

  it('asks only models with tools when there are tools, and only those that can read it all', async () => {
    const short = fakeModel({ modelId: 'short', supportsTools: true, contextLength: 50 }, () => ['short'])
    const choose = router([tiny(), short, cloud()], { policy: localFirst })
    expect((await answerOf(choose, ask('What is 1 + 1?', { tools: [tool] }))).route.modelId).toBe('short')
    const long = ask('What is 1 + 1? '.repeat(50), { tools: [tool] })
    expect((await answerOf(choose, long)).route.modelId).toBe('cloud')
  })

  it('goes on elsewhere in the middle of an answer, from the text so far, and says so', async () => {
    const home = fakeModel({ modelId: 'home' }, ({ answerSoFar }) => [
      answerSoFar === undefined ? 'One' : ' four.',
    ])
    const away = cloud(() => ['One', ' two', ' three', lost])
    const { text, routes, usage } = await answerOf(
      router([home, away], { policy: cloudFirst }),
      ask('Count', { maxOutputTokens: 20 }),
    )
    expect(text).toBe('One two three four.')
    expect(home.seen).toMatchObject([{ answerSoFar: 'One two three', maxOutputTokens: 17 }])
    expect(routes.map(({ modelId, reason }) => [modelId, reason])).toEqual([
      ['cloud', 'best'],
      ['home', 'failed-over'],
    ])
    expect(routes[1]?.earlier).toEqual([
      { modelId: 'cloud', place: 'cloud', textLength: 13, code: 'connection-lost' },
    ])
    expect(usage.outputTokens).toBe(4)
  })

  it('starts anew elsewhere when nothing was shown yet', async () => {
    const { text, route } = await answerOf(
      router([tiny(), cloud(() => [lost])], { policy: cloudFirst }),
      ask('Hello'),
    )
    expect(text).toBe('tiny')
    expect(route.earlier).toMatchObject([{ modelId: 'cloud', textLength: 0, code: 'connection-lost' }])
  })

  it('does not take up JSON of a schema, nor with a model that cannot', async () => {
    const broken = () => cloud(() => ['{', lost])
    const schema = ask('JSON', { responseFormat: { schema: {} } })
    const failed = answerOf(router([tiny(), broken()], { policy: cloudFirst }), schema)
    await expect(failed).rejects.toMatchObject({ code: 'connection-lost' })
    const beginner = fakeModel({ modelId: 'beginner', continuesAnswers: false }, () => ['anew'])
    const alone = answerOf(router([beginner, broken()], { policy: cloudFirst }), ask('Text'))
    await expect(alone).rejects.toMatchObject({ code: 'connection-lost' })
  })

  it('tries everybody once, and throws the last failure', async () => {
    const models = [cloud(() => [lost]), fakeModel({ modelId: 'other', ...cloudInfo }, () => [lost])]
    await expect(answerOf(router(models), ask('Hello'))).rejects.toBe(lost)
    expect(models.map(({ seen }) => seen.length)).toEqual([1, 1])
  })

  it('stops when the reader does, and asks nobody else', async () => {
    const reader = new AbortController()
    const home = tiny()
    const away = cloud(() => {
      reader.abort(new Error('enough'))
      return ['a', 'b']
    })
    const asked = answerOf(router([home, away], { policy: cloudFirst }), ask('Hello'), {
      signal: reader.signal,
    })
    await expect(asked).rejects.toThrow('enough')
    expect(home.seen).toEqual([])
  })

  it('asks peers as one more place, and never with what must stay here', async () => {
    const peer = fakeModel({ modelId: 'tiny', supportsTools: true }, () => ['peer'])
    const choose = router([tiny()], { peers: [fakeSource(peer)] })
    const { text, route } = await answerOf(choose, ask('Use it', { tools: [tool] }))
    expect({ text, place: route.place }).toEqual({ text: 'peer', place: 'peer' })
    const kept = answerOf(choose, ask('Use it', { tools: [tool], privacy: 'local' }))
    await expect(kept).rejects.toMatchObject({ code: 'model-unavailable' })
  })
})

describe('hand-over', () => {
  const big = () => fakeModel({ modelId: 'big', parameters: 1e9, sizeBytes: 1e9 }, () => ['big'])

  it('starts on the tiny model, and the next answer comes from the better one, which has read the question', async () => {
    const models = [tiny(), big()]
    const choose = router(models, {
      policy: { name: 'quality', score: ({ quality, loadSeconds }) => quality - loadSeconds },
    })
    const first = await answerOf(choose, ask('Hello'))
    expect([first.text, first.route.reason]).toEqual(['tiny', 'until-ready'])
    await choose.idle()
    expect(models[1]?.seen).toMatchObject([{ messages: ask('Hello').messages, maxOutputTokens: 1 }])
    expect((await answerOf(choose, ask('And now?'))).text).toBe('big')
  })

  it('does not load what does not fit beside what is loaded', async () => {
    const models = [tiny(), big()]
    const machine = async () => ({ cores: 4, memoryBytes: 2.1e9, storageBytes: 1e12 })
    const choose = router(models, { machine, policy: { name: 'q', score: f => f.quality - f.loadSeconds } })
    await answerOf(choose, ask('Hello'))
    await choose.idle()
    expect(models[1]?.loads).toBe(0)
  })
})

describe('cascade', () => {
  const unsure = (count: number) => Array.from({ length: count }, (): [string, number] => ['hm ', -2])
  const policy = localFirst

  it('gives an unsure beginning to a better model before anything is shown', async () => {
    const home = fakeModel({ modelId: 'tiny', parameters: 8e6 }, () => unsure(30))
    const { text, route } = await answerOf(router([home, cloud()], { policy }), ask('Why?'))
    expect(text).toBe('cloud')
    expect(route).toMatchObject({
      modelId: 'cloud',
      reason: 'unsure',
      earlier: [{ modelId: 'tiny', textLength: 0 }],
    })
    expect(route.confidence).toBeCloseTo(Math.exp(-2))
  })

  it('shows a sure answer, with how sure it was', async () => {
    const sure = Array.from({ length: 30 }, (): [string, number] => ['yes ', -0.1])
    const home = fakeModel({ modelId: 'tiny', parameters: 8e6 }, () => sure)
    const away = cloud()
    const { text, route } = await answerOf(router([home, away], { policy }), ask('Why?'))
    expect(text).toBe('yes '.repeat(30))
    expect(route.confidence).toBeCloseTo(Math.exp(-0.1))
    expect(away.seen).toEqual([])
  })

  it('judges short answers too, takes the unsure one where the better fails, and stays at home where it must', async () => {
    const home = () => fakeModel({ modelId: 'tiny', parameters: 8e6 }, () => unsure(3))
    expect((await answerOf(router([home(), cloud()], { policy }), ask('Why?'))).text).toBe('cloud')
    const fallen = await answerOf(router([home(), cloud(() => [lost])], { policy }), ask('Why?'))
    expect(fallen.text).toBe('hm hm hm ')
    expect(fallen.route.earlier?.map(({ modelId }) => modelId)).toEqual(['tiny', 'cloud'])
    const away = cloud()
    const kept = await answerOf(router([home(), away], { policy }), ask('Why?', { privacy: 'local' }))
    expect(kept.text).toBe('hm hm hm ')
    expect(away.seen).toEqual([])
  })

  it('does not ask for probabilities where nobody knows better, or when told not to cascade', async () => {
    const home = tiny()
    await answerOf(router([home], { policy }), ask('Why?'))
    await answerOf(router([home, cloud()], { policy, cascade: false }), ask('Why?'))
    expect(home.seen.map(({ logprobs }) => logprobs)).toEqual([undefined, undefined])
  })
})

describe('the catalogue of a router', () => {
  it('lists its models with how they run here, the default first, and not the word auto', async () => {
    const big = fakeModel({ modelId: 'big', sizeBytes: 60e9, parameters: 60e9 }, () => [])
    const list = await router([tiny(), big, cloud()]).list()
    expect(list.map(({ modelId, fit }) => [modelId, fit?.verdict])).toEqual([
      ['tiny', 'runs-well'],
      ['big', 'does-not-fit'],
      ['cloud', undefined],
    ])
  })

  it('loads a named model as ever', async () => {
    const model = await router([tiny(), cloud()]).load('cloud' as ModelId)
    expect(model.info.modelId).toBe('cloud')
    expect((await router([tiny()]).load()).info.modelId).toBe('tiny')
  })

  it('promises of auto only what can be kept at home, and says where it may go', async () => {
    const home = fakeModel({ modelId: 'home', contextLength: 2048 }, () => [])
    const { info } = await router([home, cloud()]).load(autoModelId)
    expect(info).toMatchObject({
      contextLength: 2048,
      supportsTools: false,
      isLocal: false,
      places: ['local', 'cloud'],
    })
  })

  it('learns how fast models are, from answers by name too', async () => {
    const clock = new ManualClock()
    const slow = fakeModel({ modelId: 'slow', sizeBytes: 1e6, device: 'wasm' }, () =>
      Array.from({ length: 12 }, () => 'x'),
    )
    slow.tick = () => clock.advance(500)
    const choose = router([slow], { clock })
    expect((await choose.list())[0]?.fit).toMatchObject({ verdict: 'runs-well', reason: 'estimated' })
    const model = await choose.load('slow' as ModelId)
    for await (const _ of model.generate(ask('Hello')));
    const fit = (await choose.list())[0]?.fit
    expect(fit).toMatchObject({ verdict: 'runs-slowly', reason: 'measured', speed: { decode: 2 } })
  })
})
