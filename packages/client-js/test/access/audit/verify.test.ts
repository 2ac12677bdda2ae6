import { beforeAll, describe, expect, it } from 'vitest'
import { signTreeHead } from '../../../src/access/audit/tree-head.ts'
import {
  createAuditLog,
  exportAuditLog,
  verifyAuditExport,
  verifyConsistency,
  verifyInclusion,
  verifyTreeHead,
} from '../../../src/access.ts'
import type { AuditEntry, Identity, JsonValue, SignedTreeHead } from '../../../src/contracts/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { auditEvent } from '../../../src/testing/audit-log-suite.ts'

const refusal = { code: 'invalid-proof' }
let identity: Identity
let other: Identity
let heads: SignedTreeHead[]
let entries: AuditEntry[]
let log: ReturnType<typeof createAuditLog>
let text: string

beforeAll(async () => {
  ;[identity, other] = [await createIdentity(), await createIdentity()]
  log = createAuditLog({ store: new MemoryStore(), identity })
  ;[heads, entries, text] = [[await log.head()], [], '']
  for (let number = 0; number < 6; number++) {
    entries.push(await log.append(auditEvent(number)))
    heads.push(await log.head())
  }
  for await (const line of exportAuditLog(log)) text += line
})

const at = (size: number) => heads[size] as SignedTreeHead

/** As its node signs it. */
function sign(head: object, by: Identity = identity): Promise<SignedTreeHead> {
  const { signature: _, ...unsigned } = { ...at(6), ...head }
  return signTreeHead(unsigned as SignedTreeHead, by)
}

describe('a tree head', () => {
  it('is that of the node that signed it', async () => {
    await verifyTreeHead(at(6))
    await verifyTreeHead(at(6), { nodeId: identity.did })
    await expect(verifyTreeHead(at(6), { nodeId: other.did })).rejects.toMatchObject(refusal)
    await expect(verifyTreeHead(await sign({}, other))).rejects.toMatchObject(refusal)
    await expect(verifyTreeHead({ ...at(6), signature: at(5).signature })).rejects.toMatchObject(refusal)
    await expect(verifyTreeHead({ ...at(6), more: 1 } as SignedTreeHead)).rejects.toMatchObject(refusal)
  })

  it.each<[string, JsonValue]>([
    ['nodeId', 'did:example:1'],
    ['treeSize', -1],
    ['treeSize', 0.5],
    ['treeSize', '6'],
    ['rootHash', 'AAAA'],
    ['rootHash', '*'],
    ['rootHash', 7],
    ['rootHash', ['47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU']],
    ['timestamp', 7],
  ])('with %s %j is none, whoever signed it', async (name, value) => {
    await expect(verifyTreeHead(await sign({ [name]: value }))).rejects.toMatchObject(refusal)
  })

  it.each<JsonValue>(['***', '', 7, null, ['A'.repeat(86)]])(
    'with the signature %j is none',
    async signature => {
      await expect(verifyTreeHead({ ...at(6), signature } as SignedTreeHead)).rejects.toMatchObject(refusal)
    },
  )
})

describe('a proof', () => {
  it('of inclusion is for its entry, its place, its head and its node', async () => {
    const path = await log.proveInclusion(3, 6)
    const proof = { entry: entries[3] as AuditEntry, head: at(6), path }
    await verifyInclusion(proof)
    for (const wrong of [
      { entry: entries[2] as AuditEntry },
      { entry: { ...proof.entry, index: 2 } },
      { entry: { ...proof.entry, index: 6 } },
      { entry: { ...proof.entry, index: -1 } },
      { head: at(5) },
      { path: path.slice(1) },
      { path: [...path, path[0] as string] },
      { path: [] },
      { path: ['x', ...path.slice(1)] },
      { path: [...path].reverse() },
      { head: { ...at(6), timestamp: 'later' } },
    ]) {
      await expect(verifyInclusion({ ...proof, ...wrong }), JSON.stringify(wrong)).rejects.toMatchObject(
        refusal,
      )
    }
    await expect(verifyInclusion(proof, { nodeId: other.did })).rejects.toMatchObject(refusal)
  })

  it('of consistency is for its two heads, in their order, of one node', async () => {
    const path = await log.proveConsistency(3, 6)
    const proof = { from: at(3), to: at(6), path }
    await verifyConsistency(proof)
    for (const wrong of [
      { from: at(2) },
      { to: at(5) },
      { from: at(6), to: at(3) },
      { path: path.slice(1) },
      { path: [...path, path[0] as string] },
      { path: ['x'] },
      { from: { ...at(3), timestamp: 'later' } },
      { to: { ...at(6), timestamp: 'later' } },
      { to: await sign({ nodeId: other.did }, other) },
    ]) {
      await expect(verifyConsistency({ ...proof, ...wrong }), JSON.stringify(wrong)).rejects.toMatchObject(
        refusal,
      )
    }
    await expect(verifyConsistency(proof, { nodeId: other.did })).rejects.toMatchObject(refusal)
  })

  it('from the empty log needs no hashes, and takes none', async () => {
    await verifyConsistency({ from: at(0), to: at(6), path: [] })
    const path = await log.proveConsistency(3, 6)
    await expect(verifyConsistency({ from: at(0), to: at(6), path })).rejects.toMatchObject(refusal)
    await verifyConsistency({ from: at(4), to: at(4), path: [] })
  })
})

describe('an export', () => {
  const lines = () => text.split('\n').slice(0, -1)
  const header = () => JSON.parse(lines()[0] as string)
  const rewrite = (change: object) =>
    [JSON.stringify(sorted({ ...header(), ...change })), ...lines().slice(1), ''].join('\n')

  it('may come in any pieces, and is read entry by entry', async () => {
    const seen: number[] = []
    const pieces = text.match(/[\s\S]{1,7}/g) as string[]
    const report = await verifyAuditExport(pieces, { onEntry: ({ index }) => seen.push(index) })
    expect(report).toEqual({ head: header().head, firstIndex: 0 })
    expect(seen).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('of an empty log is a header only', async () => {
    const empty = createAuditLog({ store: new MemoryStore(), identity })
    let exported = ''
    for await (const line of exportAuditLog(empty)) exported += line
    expect((await verifyAuditExport(exported)).head.treeSize).toBe(0)
  })

  it('is refused without a whole header of its format', async () => {
    for (const change of [
      { format: 'lumos-audit/2' },
      { more: 1 },
      { head: [] },
      { firstIndex: 0.5 },
      { firstIndex: -1 },
      { firstIndex: '0' },
      { firstIndex: 2 },
      { left: {} },
      { left: ['x'] },
      { left: [header().head.rootHash] },
      { firstIndex: 2, left: [header().head.rootHash] },
      { firstIndex: 2, left: ['x'] },
    ]) {
      await expect(verifyAuditExport(rewrite(change)), JSON.stringify(change)).rejects.toMatchObject(refusal)
    }
    await expect(verifyAuditExport('')).rejects.toMatchObject(refusal)
    await expect(verifyAuditExport('[]\n')).rejects.toMatchObject(refusal)
    await expect(verifyAuditExport(text, { nodeId: other.did })).rejects.toMatchObject(refusal)
  })

  it('is refused when a line is too long, ends too early, or is spelt otherwise', async () => {
    await expect(verifyAuditExport([text, 'x'.repeat(70_000)])).rejects.toMatchObject({ code: 'too-large' })
    await expect(verifyAuditExport(text.slice(0, -1))).rejects.toMatchObject(refusal)
    await expect(verifyAuditExport(`${text}x`)).rejects.toMatchObject(refusal)
    await expect(verifyAuditExport(text.replace('{"at"', '{ "at"'))).rejects.toMatchObject(refusal)
    await expect(verifyAuditExport(`${text}${lines().at(-1)}\n`)).rejects.toMatchObject(refusal)
  })

  it('is refused with what is wrong with it', async () => {
    const says = (edited: string, message: string, knownHeads: SignedTreeHead[] = []) =>
      expect(verifyAuditExport(edited, { knownHeads })).rejects.toThrow(message)
    const without = (index: number) => [...lines().toSpliced(index, 1), ''].join('\n')
    await says('', 'The export is empty.')
    await says('{}\n', 'does not begin with a header of lumos-audit/1')
    await says(without(6), 'has 5 entries, its head says 6')
    await says(without(3), 'Entry 2 is not where it belongs')
    await says(text.replace('thread-5', 'thread-6'), 'the head of 6')
    await says(text, 'does not reach the known head of 7', [await sign({ treeSize: 7 })])
    await says(`${text}x`, 'cut off in the middle of a line')
    await says(text.replace('{"at"', '{ "at"'), 'not a canonical JSON object')
  })

  it('reaches every head that is known, and no other', async () => {
    const known = (...knownHeads: SignedTreeHead[]) => verifyAuditExport(text, { knownHeads })
    await known(at(0), at(6), at(3))
    await known()
    await expect(known(await sign({ treeSize: 7 }))).rejects.toMatchObject(refusal)
    await expect(known(at(3), await sign({ treeSize: 3 }))).rejects.toMatchObject(refusal)
    await expect(known(await sign({ treeSize: 0 }))).rejects.toMatchObject(refusal)
    await expect(known({ ...at(3), timestamp: 'x' })).rejects.toMatchObject(refusal)
    await expect(known(await sign({ nodeId: other.did }, other))).rejects.toMatchObject(refusal)
  })

  it('cannot show a known head from before its first entry', async () => {
    const pruned = createAuditLog({ store: new MemoryStore(), identity, maxEntries: 4 })
    const early: SignedTreeHead[] = []
    for (let number = 0; number < 6; number++) {
      await pruned.append(auditEvent(number))
      early.push(await pruned.head())
    }
    await pruned.stop()
    let exported = ''
    for await (const line of exportAuditLog(pruned)) exported += line
    const { firstIndex } = await verifyAuditExport(exported)
    expect(firstIndex).toBeGreaterThan(1)
    const [first] = early as [SignedTreeHead]
    await expect(verifyAuditExport(exported, { knownHeads: [first] })).rejects.toMatchObject(refusal)
    await verifyAuditExport(exported, { knownHeads: early.slice(-1) })
  })
})

function sorted(value: object): object {
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [two]) => (one < two ? -1 : 1))
      .map(([name, member]) => [
        name,
        typeof member === 'object' && member !== null && !Array.isArray(member) ? sorted(member) : member,
      ]),
  )
}
