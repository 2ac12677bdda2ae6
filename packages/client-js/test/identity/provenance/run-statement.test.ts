import { beforeEach, describe, expect, it } from 'vitest'
import type { Identity, RunBeginning, RunEvent, SignedRunRecord } from '../../../src/contracts/index.ts'
import { contentCid, createIdentity, recordRun, verifyRunRecord } from '../../../src/identity.ts'

const usage = { inputTokens: 1, outputTokens: 1 }
const timestamp = '2026-01-02T03:04:05.000Z'
let node: Identity
let beginning: RunBeginning
beforeEach(async () => {
  node = await createIdentity()
  beginning = {
    runId: 'run',
    threadId: 'thread',
    nodeId: node.did,
    agentId: 'assistant',
    tools: [],
    requester: node.did,
    delegations: [],
    params: { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'Hi' }] } },
    startedAt: timestamp,
  } as unknown as RunBeginning
})

/** A whole run with these events in it, numbered. */
function eventsOf(...inside: object[]): RunEvent[] {
  const { runId, threadId, agentId, nodeId } = beginning
  const started = { type: 'run-started', runId, threadId, agentId, nodeId }
  const finished = { type: 'run-finished', status: { state: 'TASK_STATE_COMPLETED', timestamp }, usage }
  return [started, ...inside, finished].map((event, at) => ({
    id: at + 1,
    ...event,
  })) as unknown as RunEvent[]
}

const step = (number: number, modelId: string, more = {}) => {
  return { type: 'step-started', step: number, modelId, engine: 'scripted', ...more }
}
const record = (...inside: object[]) => recordRun({ identity: node, beginning, events: eventsOf(...inside) })

describe('the statement about a run', () => {
  it('names its format, its end, its length and who signed', async () => {
    const { statement, blocks } = await record()
    expect(statement).toEqual({
      format: 'lumos-run/1',
      runId: 'run',
      head: await contentCid(blocks.at(-1)),
      blockCount: 3,
      provenance: {
        nodeId: node.did,
        agentId: 'assistant',
        requester: node.did,
        delegations: [],
        models: [],
        sources: [],
      },
      finishedAt: timestamp,
      signers: [node.did],
    })
  })

  it('names every model once, also one that only went on with an answer', async () => {
    const route = { modelId: 'big', engine: 'remote', reason: 'unsure' }
    const { statement } = await record(
      step(1, 'small', { device: 'cpu' }),
      { type: 'answer-routed', step: 1, route },
      step(2, 'small', { device: 'cpu' }),
      step(3, 'small'),
    )
    expect(statement.provenance.models).toEqual([
      { modelId: 'small', engine: 'scripted', device: 'cpu' },
      { modelId: 'big', engine: 'remote' },
      { modelId: 'small', engine: 'scripted' },
    ])
  })

  it('bears one signature where the agent runs under the node’s own key', async () => {
    const { statement, signatures } = await recordRun({
      identity: node,
      beginning,
      events: eventsOf(),
      agent: { identity: node },
    })
    expect(statement.signers).toEqual([node.did])
    expect(signatures).toHaveLength(1)
  })

  it('is not made of a run that goes on', async () => {
    const events = eventsOf().slice(0, -1)
    await expect(recordRun({ identity: node, beginning, events })).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a record from anywhere', () => {
  const problems = async (edited: unknown) => {
    const { issues } = await verifyRunRecord(edited as SignedRunRecord)
    return issues.map(({ problem }) => problem)
  }

  it('is of the form of a record, or nothing more is said of it', async () => {
    const good = await record()
    const [first, second] = good.blocks
    const withSecond = (change: object) => ({ ...good, blocks: [first, { ...second, ...change }] })
    expect(await problems(good)).toEqual([])
    for (const edited of [
      'record',
      [],
      { ...good, statement: [] },
      { ...good, statement: null },
      { ...good, signatures: 'x' },
      { ...good, signatures: {} },
      { ...good, signatures: [5] },
      { ...good, signatures: [null] },
      { ...good, signatures: [['x']] },
      { ...good, blocks: {} },
      { ...good, blocks: [null] },
      { ...good, blocks: [second] },
      { ...good, blocks: [{ type: 'other', beginning }] },
      { ...good, blocks: [{ type: 'beginning', beginning: [] }] },
      { ...good, blocks: [{ ...first, more: 1 }] },
      { ...good, blocks: [first, first] },
      { statement: good.statement, signatures: [], block: [] },
      { ...good, statement: { n: Number.NaN } },
      withSecond({ type: 'other' }),
      withSecond({ more: 1 }),
      withSecond({ events: {} }),
      withSecond({ events: ['x'] }),
      withSecond({ events: [null] }),
      withSecond({ events: [[]] }),
    ]) {
      expect(await problems(edited), JSON.stringify(edited)).toEqual(['malformed'])
    }
  })

  it('is signed by all whom it names, and by nobody else', async () => {
    const good = await record()
    const { statement, signatures } = good
    const says = async (change: object, texts = signatures) =>
      problems({ ...good, statement: { ...statement, ...change }, signatures: texts })
    expect(await says({}, [])).toEqual(['signature-invalid'])
    expect(await says({}, [...signatures, ...signatures])).toEqual(['signature-invalid'])
    expect(await says({}, ['*'])).toEqual(['signature-invalid'])
    for (const signers of [[], node.did, null, {}]) {
      expect(await says({ signers }, [])).toEqual(['statement-differs', 'signature-invalid'])
      expect(await says({ signers })).toEqual(['statement-differs', 'signature-invalid'])
    }
    const long = await verifyRunRecord({
      ...good,
      statement: { ...statement, signers: ['x'.repeat(5000)] } as never,
    })
    const { message } = long.issues.at(-1) ?? { message: '' }
    expect(message).toContain('xxx')
    expect(message.length).toBeLessThan(200)
  })

  it('has every block that the chain leads to, and none besides', async () => {
    const good = await record(step(1, 'small'))
    const [first, second, third, last] = good.blocks
    expect(await problems({ ...good, blocks: [...good.blocks, { ...last, events: [] }] })).toEqual([
      'chain-broken',
    ])
    const { issues } = await verifyRunRecord({
      ...good,
      blocks: [first, second, { ...third, previous: 'x' }, last] as never,
    })
    expect(issues).toEqual([{ problem: 'chain-broken', message: expect.stringContaining('Block 2') }])
  })
})
