import { describe, expect, it } from 'vitest'
import {
  createAuditLog,
  exportAuditLog,
  verifyAuditExport,
  verifyConsistency,
} from '../../../src/access/audit/index.ts'
import type { AuditLog, Identity, JsonValue } from '../../../src/contracts/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { auditEvent } from '../../../src/testing/audit-log-suite.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'

const seed = Number(process.env.LUMOS_TEST_SEED ?? 20_261_124)
const attempts = Number(process.env.LUMOS_TEST_ATTEMPTS ?? 1000)
const timeoutMs = 120_000
const entryCount = 24

async function filledLog(
  maxEntries?: number,
): Promise<{ log: AuditLog; store: MemoryStore; identity: Identity }> {
  const store = new MemoryStore()
  const identity = await createIdentity()
  const log = createAuditLog({ store, identity, ...(maxEntries !== undefined && { maxEntries }) })
  await Promise.all(Array.from({ length: entryCount }, (_, number) => log.append(auditEvent(number))))
  // Old content goes behind the last write.
  await log.stop()
  return { log, store, identity }
}

async function exported(log: AuditLog): Promise<string> {
  let text = ''
  for await (const line of exportAuditLog(log)) text += line
  return text
}

/** Another text: a letter changed, lines gone, copied, exchanged, or the end cut off. */
function editText(text: string, random: SeededRandom): string {
  const lines = text.split('\n').slice(0, -1)
  const at = random.below(lines.length)
  const other = random.below(lines.length)
  switch (random.below(6)) {
    case 0: {
      const place = random.below(text.length)
      const letter = random.pick([...'abcXYZ019"{}, \n'])
      return text.slice(0, place) + letter + text.slice(place + 1)
    }
    case 1:
      return text.slice(0, random.below(text.length))
    case 2:
      lines.splice(at, 1 + random.below(3))
      break
    case 3:
      lines.splice(other, 0, lines[at] as string)
      break
    case 4:
      ;[lines[at], lines[other]] = [lines[other] as string, lines[at] as string]
      break
    default:
      lines.length = at
  }
  return lines.map(line => `${line}\n`).join('')
}

type Stored = [key: string, value: JsonValue][]

async function contentOf(store: MemoryStore): Promise<Stored> {
  const content: Stored = []
  for await (const { key, value } of store.list({ prefix: '' })) content.push([key, value])
  return content
}

/** Every string, number, object and list inside a value, by the steps that lead there. */
function placesIn(value: JsonValue, steps: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [steps]
  const inside = Object.entries(value).flatMap(([name, member]) =>
    placesIn(member as JsonValue, [...steps, name]),
  )
  return [steps, ...inside]
}

function editValue(value: JsonValue, random: SeededRandom): JsonValue {
  const edited = structuredClone(value)
  const steps = random.pick(placesIn(edited).filter(({ length }) => length > 0))
  const last = steps.at(-1) as string
  // biome-ignore lint/suspicious/noExplicitAny: any place of any JSON
  const parent = steps.slice(0, -1).reduce<any>((at, step) => at[step], edited)
  const old = parent[last]
  const kind = random.below(16)
  if (kind < 4) delete parent[last]
  else if (kind < 7) parent[last] = random.pick([null, 0, '', [], {}, true])
  else if (typeof old === 'number') parent[last] = old + 1
  else if (typeof old === 'string') parent[last] = `${old.slice(0, -1)}${old.endsWith('x') ? 'y' : 'x'}`
  else parent.added = 1
  return edited
}

function editStored(content: Stored, random: SeededRandom): Stored {
  const edited = structuredClone(content)
  const at = random.below(edited.length)
  const other = random.below(edited.length)
  switch (random.below(5)) {
    case 0:
    case 1:
      ;(edited[at] as Stored[number])[1] = editValue((edited[at] as Stored[number])[1], random)
      break
    case 2:
      edited.splice(at, 1 + random.below(3))
      break
    case 3: {
      const [one, two] = [edited[at] as Stored[number], edited[other] as Stored[number]]
      ;[one[1], two[1]] = [two[1], one[1]]
      break
    }
    default: {
      // The newest entries go; the head knows them still.
      const leaves = edited.filter(([key]) => key.includes('/leaf/'))
      const gone = new Set(leaves.slice(-1 - random.below(5)).map(([key]) => key))
      return edited.filter(([key]) => !gone.has(key))
    }
  }
  return edited
}

function changes(content: Stored, edited: Stored): Stored {
  const before = new Set(content.map(entry => JSON.stringify(entry)))
  return edited.filter(entry => !before.has(JSON.stringify(entry)))
}

async function storeOf(content: Stored): Promise<MemoryStore> {
  const store = new MemoryStore()
  await store.batch(content.map(([key, value]) => ({ type: 'put', key, value })))
  return store
}

describe('somebody who changes the past', () => {
  for (const maxEntries of [undefined, 16]) {
    const kind = maxEntries === undefined ? 'a whole log' : 'a log that let go of its oldest'

    it(
      `is found out in ${attempts} of ${attempts} changed exports of ${kind} (seed ${seed})`,
      async () => {
        const random = new SeededRandom(seed)
        const { log } = await filledLog(maxEntries)
        const text = await exported(log)
        const { head, firstIndex } = await verifyAuditExport(text)
        expect(firstIndex).toBe(maxEntries === undefined ? 0 : 8)
        expect(head.treeSize).toBe(maxEntries === undefined ? 24 : 25)
        let [changed, detected] = [0, 0]
        while (changed < attempts) {
          const edited = editText(text, random)
          if (edited === text) continue
          changed++
          await verifyAuditExport(edited).catch(({ code }) => {
            expect(['invalid-proof', 'malformed-frame']).toContain(code)
            detected++
          })
        }
        expect(detected).toBe(attempts)
      },
      timeoutMs,
    )

    it(
      `is found out in ${attempts} of ${attempts} changed stores of ${kind} (seed ${seed})`,
      async () => {
        const random = new SeededRandom(seed)
        const { store, identity } = await filledLog(maxEntries)
        const content = await contentOf(store)
        let [changed, detected] = [0, 0]
        while (changed < attempts) {
          const edited = editStored(content, random)
          if (JSON.stringify(edited) === JSON.stringify(content)) continue
          changed++
          const log = createAuditLog({ store: await storeOf(edited), identity })
          const refusal = await log.append(auditEvent(99)).catch(error => error)
          if (refusal.code === 'storage-failed' && refusal.retryable === false) detected++
          else expect.fail(`undetected: ${JSON.stringify(changes(content, edited))}`)
        }
        expect(detected).toBe(attempts)
      },
      timeoutMs,
    )
  }

  it('is found out beside an earlier head, even with the key of the node', async () => {
    const { log, store, identity } = await filledLog()
    const earlier = await log.head()
    const content = (await contentOf(store)).filter(([key]) => key.includes('/leaf/'))
    for (const forged of [0, 11, 23]) {
      const rewritten = createAuditLog({ store: new MemoryStore(), identity })
      for (const number of content.keys()) {
        await rewritten.append({
          ...auditEvent(number),
          ...(number === forged && { outcome: 'admitted', at: 'x' }),
        })
      }
      await rewritten.append(auditEvent(24))
      const to = await rewritten.head()
      const path = await rewritten.proveConsistency(earlier.treeSize, to.treeSize)
      const refusal = { code: 'invalid-proof' }
      await expect(verifyConsistency({ from: earlier, to, path })).rejects.toMatchObject(refusal)
      const text = await exported(rewritten)
      await verifyAuditExport(text)
      await expect(verifyAuditExport(text, { knownHeads: [earlier] })).rejects.toMatchObject(refusal)
    }
  })

  it('is found out beside a later head when the end was left out', async () => {
    const { log, identity } = await filledLog()
    const shorter = createAuditLog({ store: new MemoryStore(), identity })
    for (let number = 0; number < 20; number++) await shorter.append(auditEvent(number))
    const text = await exported(shorter)
    await verifyAuditExport(text)
    const knownHeads = [await shorter.head(), await log.head()]
    await expect(verifyAuditExport(text, { knownHeads })).rejects.toMatchObject({ code: 'invalid-proof' })
    const whole = await exported(log)
    expect((await verifyAuditExport(whole, { knownHeads })).head.treeSize).toBe(24)
  })
})
