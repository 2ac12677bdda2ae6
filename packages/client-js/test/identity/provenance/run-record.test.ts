import { describe, expect, it } from 'vitest'
import { issueDelegation } from '../../../src/access.ts'
import type { JsonValue, RunEvent, RunId, SignedRunRecord } from '../../../src/contracts/index.ts'
import {
  contentCid,
  createIdentity,
  createRunRecorder,
  recordRun,
  verifyRunRecord,
} from '../../../src/identity.ts'
import { collect, Requester, runParams } from '../../../src/testing/host-fixture.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { setUpHost } from '../../host/host-setup.ts'
import { recordedRun } from './recorded-run.ts'

const seed = Number(process.env.LUMOS_TEST_SEED ?? 20_261_124)
const attempts = Number(process.env.LUMOS_TEST_ATTEMPTS ?? 1000)

async function agentOf(node = createIdentity()) {
  const [owner, identity] = [await node, await createIdentity()]
  const fields = { audience: identity.did, subject: owner.did, command: '/agent', expiresAt: null } as const
  return { identity, delegation: (await issueDelegation(owner, fields)).token }
}

/** Every string, number, object and list inside a value, by the steps that lead there. */
function placesIn(value: JsonValue, steps: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [steps]
  const inside = Object.entries(value).flatMap(([name, member]) =>
    placesIn(member as JsonValue, [...steps, name]),
  )
  return [steps, ...inside]
}

/** One thing changed, taken out, added, or two neighbours exchanged. */
function edit(record: SignedRunRecord, random: SeededRandom): SignedRunRecord {
  const edited = structuredClone(record) as unknown as JsonValue
  const steps = random.pick(placesIn(edited).filter(({ length }) => length > 0))
  const last = steps.at(-1) as string
  // biome-ignore lint/suspicious/noExplicitAny: any place of any JSON
  const parent = steps.slice(0, -1).reduce<any>((at, step) => at[step], edited)
  const old = parent[last]
  const kind = random.below(8)
  if (Array.isArray(parent) && kind < 2) parent.splice(Number(last), 1)
  else if (Array.isArray(parent) && kind < 4)
    parent.splice(random.below(parent.length), 0, structuredClone(old))
  else if (kind === 4) delete parent[last]
  else if (kind === 5) parent[last] = random.pick([null, 0, '', [], {}, true, 'x'])
  else if (typeof old === 'number') parent[last] = old + 1
  else if (typeof old === 'string') parent[last] = `${old.slice(0, -1)}${old.endsWith('x') ? 'y' : 'x'}`
  else if (typeof old === 'boolean') parent[last] = !old
  else if (Array.isArray(old)) old.reverse()
  else if (old !== null) old.added = 1
  return edited as unknown as SignedRunRecord
}

describe('the record of a run', () => {
  it('verifies, and says which agent answered with what, from what, and for whom', async () => {
    const node = await createIdentity()
    const agent = await agentOf(Promise.resolve(node))
    const { record, identity, alice, events, host } = await recordedRun({ agent })
    const report = await verifyRunRecord(record)
    expect(report.issues).toEqual([])
    expect(report.isDelegationChecked).toBe(false)
    const sources = events.flatMap(event => (event.type === 'tool-finished' ? [event] : []))
    const answer = events.flatMap(event => (event.type === 'message-added' ? [event.message] : [])).at(-1)
    expect(report.provenance).toEqual({
      nodeId: identity.did,
      agentId: 'assistant',
      agentDid: agent.identity.did,
      requester: alice.did,
      delegations: [],
      models: [{ modelId: 'scripted', engine: 'scripted', device: 'cpu' }],
      sources: await Promise.all(
        sources.map(async ({ toolCallId, name, isError, result }) => ({
          toolCallId,
          tool: name,
          isError,
          result: await contentCid(result),
        })),
      ),
      answer: await contentCid(answer),
    })
    expect(record.statement.signers).toEqual([agent.identity.did, identity.did])
    expect(record.blocks.flatMap(block => (block.type === 'events' ? block.events : []))).toEqual(events)
    await host.stop()
  })

  it('is the same each time, to the byte', async () => {
    const { record, alice, runId, host } = await recordedRun()
    expect(await alice.ask('run.record', { runId })).toEqual(record)
    expect(record.statement.signers).toEqual([host.nodeId])
    await host.stop()
  })

  it('names content by CIDs that others compute too', async () => {
    // sha2-256 of `{"a":[1,"é"],"b":null}`, multicodec json, base32: by Python's hashlib and base64.
    expect(await contentCid({ b: null, a: [1, 'é'] })).toBe(
      'bagaaieradyblzancnlzpajzssva6s7xpg3zssc7ny3p6aq634zvqk7wlco5a',
    )
  })

  it(`gives away ${attempts} of ${attempts} single edits (seed ${seed})`, async () => {
    const random = new SeededRandom(seed)
    const { record, host } = await recordedRun({ agent: await agentOf() })
    await host.stop()
    let [changed, detected] = [0, 0]
    while (changed < attempts) {
      const edited = edit(record, random)
      if (JSON.stringify(edited) === JSON.stringify(record)) continue
      changed++
      const { issues, provenance } = await verifyRunRecord(edited)
      if (issues.length > 0 && provenance === undefined) detected++
    }
    expect(detected).toBe(attempts)
  }, 120_000)

  it('says what is wrong', async () => {
    const { record, host } = await recordedRun()
    await host.stop()
    const problems = async (edited: unknown) =>
      (await verifyRunRecord(edited as SignedRunRecord)).issues.map(({ problem }) => problem)
    const other = await createIdentity()
    const shortened = { ...record, blocks: record.blocks.slice(0, -1) }
    expect(await problems(null)).toEqual(['malformed'])
    expect(await problems({ ...record, more: 1 })).toEqual(['malformed'])
    expect(await problems({ ...record, blocks: [] })).toEqual(['malformed'])
    expect(await problems(shortened)).toEqual(['events-incomplete'])
    expect(await problems({ ...record, signatures: [] })).toEqual(['signature-invalid'])
    expect(await problems({ ...record, statement: { ...record.statement, signers: [other.did] } })).toEqual([
      'statement-differs',
      'signature-invalid',
    ])
    const [first, second, ...rest] = record.blocks
    expect(await problems({ ...record, blocks: [first, { ...second, previous: 'x' }, ...rest] })).toEqual([
      'chain-broken',
    ])
  })

  it('refuses a record whose events are of another run, though its node signed it', async () => {
    const { record, events, identity, host } = await recordedRun()
    await host.stop()
    const [first] = record.blocks
    if (first?.type !== 'beginning') throw new Error('no beginning')
    const forged = await recordRun({
      identity,
      beginning: { ...first.beginning, threadId: 'another' as never },
      events,
    })
    expect((await verifyRunRecord(forged)).issues).toMatchObject([{ problem: 'events-incomplete' }])
    const gap = events.filter(({ type }) => type !== 'step-started')
    const holed = await recordRun({ identity, beginning: first.beginning, events: gap })
    expect((await verifyRunRecord(holed)).issues).toMatchObject([{ problem: 'events-incomplete' }])
  })

  it('is of a delegated agent only if the delegation says so', async () => {
    const { record, identity, host } = await recordedRun({ agent: await agentOf() })
    await host.stop()
    const seen: unknown[] = []
    const judge = (isValid: boolean | Error) =>
      verifyRunRecord(record, {
        verifyDelegation(token, parties) {
          seen.push([token, parties])
          if (isValid instanceof Error) throw isValid
          return isValid
        },
      })
    expect(await judge(true)).toMatchObject({ issues: [], isDelegationChecked: true })
    expect((await judge(false)).issues).toMatchObject([{ problem: 'delegation-invalid' }])
    expect((await judge(new Error('no'))).issues).toMatchObject([{ problem: 'delegation-invalid' }])
    const [first] = record.blocks
    if (first?.type !== 'beginning') throw new Error('no beginning')
    const { agentDid: agent, agentDelegation } = first.beginning
    expect(seen[0]).toEqual([agentDelegation, { agent, node: identity.did }])
  })
})

describe('the verb run.record', () => {
  it('is for the owner of a finished run', async () => {
    const { host, alice, runId } = await recordedRun()
    const bob = await Requester.create(host)
    await expect(bob.ask('run.record', { runId })).rejects.toMatchObject({ code: 'not-found' })
    await expect(alice.ask('run.record', { runId: 'none' as RunId })).rejects.toMatchObject({
      code: 'not-found',
    })
    await host.stop()
  })

  it('is a conflict while the run is under way, and unsupported without a recorder', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const script = [{ text: 'Wait for it.', gate: () => promise }]
    const identity = await createIdentity()
    const { host, alice } = await setUpHost({ identity, script, recorder: createRunRecorder({ identity }) })
    const events = alice.stream('agent.run', runParams('Hello?'))
    const first = (await events.next()).value as RunEvent & { type: 'run-started' }
    await expect(alice.ask('run.record', { runId: first.runId })).rejects.toMatchObject({ code: 'conflict' })
    resolve()
    await collect(events)
    expect((await alice.ask('run.record', { runId: first.runId })).statement.runId).toBe(first.runId)
    await host.stop()
    const bare = await setUpHost()
    await expect(bare.alice.ask('run.record', { runId: first.runId })).rejects.toMatchObject({
      code: 'unsupported',
    })
    await bare.host.stop()
  })
})
