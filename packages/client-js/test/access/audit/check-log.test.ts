import { describe, expect, it } from 'vitest'
import { leafHash } from '../../../src/access/audit/tree-hash.ts'
import { signTreeHead } from '../../../src/access/audit/tree-head.ts'
import { createAuditLog } from '../../../src/access.ts'
import type { JsonObject, JsonValue, SignedTreeHead, StoreOperation } from '../../../src/contracts/index.ts'
import { base64url, canonicalJson, utf8 } from '../../../src/core/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { auditEvent } from '../../../src/testing/audit-log-suite.ts'

/** A log of seven entries, or of more that let go of the first three, and what opening says once its store was changed. */
async function setUp(maxEntries?: number) {
  const [store, identity] = [new MemoryStore(), await createIdentity()]
  const options = { store, identity, ...(maxEntries !== undefined && { maxEntries }) }
  const log = createAuditLog(options)
  for (let number = 0; number < 7; number++) await log.append(auditEvent(number))
  await log.stop()
  const prefix = `audit/${identity.did}`
  const key = (index: number | 'head') =>
    index === 'head' ? `${prefix}/head` : `${prefix}/leaf/${String(index).padStart(16, '0')}`
  const change = async (index: number | 'head', edit: (value: JsonObject) => JsonValue) =>
    store.put(key(index), edit((await store.get(key(index))) as JsonObject))
  const verdict = async () => {
    const opened = createAuditLog({ store, identity })
    const error = await opened.head().catch(refusal => refusal)
    return error instanceof Error ? `${error.message}` : 'sound'
  }
  /** Signs the stored head anew, as only the node can. */
  const sign = async (edit: JsonObject) => {
    const record = (await store.get(key('head'))) as JsonObject
    const { signature: _, ...unsigned } = record.head as unknown as SignedTreeHead
    const head = await signTreeHead({ ...unsigned, ...edit } as SignedTreeHead, identity)
    await store.put(key('head'), { ...record, head } as unknown as JsonValue)
  }
  return { store, identity, key, change, verdict, sign }
}

const entryOf = (value: JsonObject) => value.entry as JsonObject
const withEntry = (value: JsonObject, edit: JsonObject) => ({
  ...value,
  entry: { ...entryOf(value), ...edit },
})

describe('a stored log', () => {
  it('is sound as it was written, whole or partly let go', async () => {
    expect(await (await setUp()).verdict()).toBe('sound')
    expect(await (await setUp(3)).verdict()).toBe('sound')
  })

  it.each<[string, number | 'head', (value: JsonObject) => JsonValue]>([
    ['entry 2 is not what was written', 2, value => withEntry(value, { outcome: 'forbidden' })],
    ['entry 2 is not what was written', 2, value => withEntry(value, { index: 3 })],
    ['entry 2 is not what was written', 2, value => ({ ...value, entry: null })],
    ['entry 2 is not what was written', 2, value => ({ ...value, entry: 'x' })],
    ['entry 2 is not what was written', 2, value => ({ ...value, more: 1 })],
    ['entry 2 is not what was written', 2, () => null],
    ['entry 2 is not what was written', 2, () => []],
    ['the hash of entry 2 is missing', 2, ({ entry }) => ({ entry }) as JsonObject],
    ['the hash of entry 2 is missing', 2, value => ({ ...value, hashes: [] })],
    ['the hash of entry 2 is missing', 2, value => ({ ...value, hashes: ['AAAA'] })],
    [
      'a hash of entry 3 is not what was written',
      3,
      value => ({ ...value, hashes: (value.hashes as []).slice(0, 2) }),
    ],
    [
      'a hash of entry 3 is not what was written',
      3,
      value => ({ ...value, hashes: [...(value.hashes as []), 'x'] }),
    ],
    [
      'a hash of entry 3 is not what was written',
      3,
      value => ({ ...value, hashes: [0, 2, 1].map(level => (value.hashes as string[])[level] as string) }),
    ],
    ['the content of entry 2 is missing', 2, ({ hashes }) => ({ hashes }) as JsonObject],
    ['its head is not one', 'head', value => ({ ...value, more: 1 })],
    ['its head is not one', 'head', () => 'x'],
    ['its head is not one that this node signed', 'head', () => ({})],
    [
      'its head is not one that this node signed',
      'head',
      value => ({ ...value, head: { ...(value.head as JsonObject), treeSize: 6 } }),
    ],
    ['the head does not know what was pruned', 'head', value => ({ ...value, prunedBefore: 1 })],
  ])('says %s (%s)', async (expected, index, edit) => {
    const { change, verdict } = await setUp()
    await change(index, edit)
    expect(await verdict()).toContain(`: ${expected}.`)
  })

  it('says which entry is missing, or too many', async () => {
    const missing = await setUp()
    await missing.store.delete(missing.key(4))
    expect(await missing.verdict()).toContain('entry 4 is missing')
    const cut = await setUp()
    await cut.store.delete(cut.key(6))
    expect(await cut.verdict()).toContain('entry 6 is missing')
    const more = await setUp()
    await more.store.put(more.key(7), (await more.store.get(more.key(6))) as JsonValue)
    expect(await more.verdict()).toContain('entry 7 came after the head')
    const headless = await setUp()
    await headless.store.delete(headless.key('head'))
    expect(await headless.verdict()).toContain('entry 0 came after the head')
  })

  it('is held to its head even when the node signed another one', async () => {
    const shorter = await setUp()
    await shorter.sign({ treeSize: 6 })
    expect(await shorter.verdict()).toContain('entry 6 came after the head')
    const other = await setUp()
    await other.sign({ rootHash: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU' })
    expect(await other.verdict()).toContain('the entries are not those of the head')
  })

  it('is not another node’s, whose head is sound', async () => {
    const { store, key, verdict } = await setUp()
    const other = await createIdentity()
    const record = (await store.get(key('head'))) as JsonObject
    const { signature: _, ...unsigned } = record.head as unknown as SignedTreeHead
    const head = await signTreeHead({ ...unsigned, nodeId: other.did }, other)
    await store.put(key('head'), { ...record, head } as unknown as JsonValue)
    expect(await verdict()).toContain('its head is not one that this node signed')
  })

  it.each<[string, (entry: JsonObject) => JsonValue]>([
    ['nothing', () => null],
    ['a list', () => []],
    ['the entry of another place', entry => ({ ...entry, index: 4 })],
  ])('says which entry was made %s, also when the hash was made to fit', async (_what, edit) => {
    const { change, verdict, store, key } = await setUp()
    const entry = edit(entryOf((await store.get(key(2))) as JsonObject))
    const hash = await leafHash(utf8.encode(canonicalJson(entry)))
    await change(2, () => ({ entry, hashes: [base64url.encode(hash)] }))
    expect(await verdict()).toContain('entry 2 is not what was written')
  })

  it('may lose content only before what an entry of its own says', async () => {
    const { store, change, verdict, key } = await setUp(3)
    const kept = []
    for await (const { value } of store.list({ prefix: key(0).slice(0, -16) }))
      kept.push('entry' in (value as object))
    const first = kept.indexOf(true)
    expect(first).toBeGreaterThan(0)
    await change(first, ({ hashes }) => ({ hashes }) as JsonObject)
    expect(await verdict()).toContain(`the content of entry ${first} is missing`)
  })

  it('that was changed answers nothing, and says that trying again does not help', async () => {
    const { store, identity, change } = await setUp()
    await change(2, value => withEntry(value, { outcome: 'forbidden' }))
    const log = createAuditLog({ store, identity })
    const refusal = { code: 'storage-failed', retryable: false }
    await expect(log.head()).rejects.toMatchObject(refusal)
    await expect(log.list()).rejects.toMatchObject(refusal)
    await expect(log.append(auditEvent(7))).rejects.toMatchObject(refusal)
    await expect(log.proveInclusion(0, 1)).rejects.toMatchObject(refusal)
    await expect(log.proveConsistency(1, 1)).rejects.toMatchObject(refusal)
  })

  it('whose hashes went missing while it was open proves nothing', async () => {
    const { store, identity, key } = await setUp()
    const log = createAuditLog({ store, identity })
    await log.head()
    const operations: StoreOperation[] = [0, 1, 2, 3].map(index => ({ type: 'delete', key: key(index) }))
    await store.batch(operations)
    const refusal = { code: 'storage-failed', retryable: false }
    await expect(log.proveInclusion(6, 7)).rejects.toMatchObject(refusal)
    await store.put(key(3), {})
    await expect(log.proveInclusion(6, 7)).rejects.toMatchObject(refusal)
  })
})
