import { isLumosError } from '../../src/contracts/index.ts'
import { canonicalJson, utf8 } from '../../src/core/index.ts'
import {
  appendToDidLog,
  createVerifier,
  type DidLog,
  decodeDidLog,
  type LumosDid,
  lastState,
  verifiedDidLog,
} from '../../src/identity/index.ts'
import { createCast } from '../identity/did-log/cast.ts'
import { byteMutations } from './mutate-bytes.ts'
import { textMutations } from './mutate-text.ts'
import { SeededRandom } from './seeded-random.ts'

type Loose = Record<string, unknown>

/** A log with every kind of operation, and one of the same people to steal from. */
async function originals(): Promise<[DidLog, DidLog]> {
  const { log, phone, laptop, tablet, words, newWords, clock } = await createCast()
  let long = await appendToDidLog(log, { type: 'add-device', key: tablet.did, label: 'Tablet' }, laptop, {
    clock,
  })
  long = await appendToDidLog(long, { type: 'rotate-recovery', recoveryKeys: [newWords.did] }, words, {
    clock,
  })
  long = await appendToDidLog(long, { type: 'remove-device', key: laptop.did }, phone, { clock })
  const ended = await appendToDidLog(long, { type: 'deactivate' }, newWords, { clock })
  const other = await appendToDidLog(log, { type: 'remove-device', key: phone.did }, words, { clock })
  return [ended, other]
}

const values: unknown[] = [
  null,
  true,
  0,
  -1,
  '',
  'x',
  [],
  {},
  [[]],
  { length: 1e9 },
  'x'.repeat(5000),
  '__proto__',
]

/** What happens to a log in the hands of somebody who knows its members. */
const logMutations: Record<string, (log: Loose[], other: Loose[], random: SeededRandom) => unknown> = {
  'a member replaced': (log, _other, random) => {
    const index = random.below(log.length)
    const operation = log[index] as Loose
    const name = random.pick(Object.keys(operation))
    return log.with(index, { ...operation, [name]: random.pick([...values, ...Object.values(operation)]) })
  },
  'a member removed': (log, _other, random) => {
    const index = random.below(log.length)
    const { [random.pick(Object.keys(log[index] as Loose))]: _removed, ...rest } = log[index] as Loose
    return log.with(index, rest)
  },
  'a member of another operation': (log, other, random) => {
    const from = random.pick([...log, ...other])
    const name = random.pick(Object.keys(from))
    const index = random.below(log.length)
    return log.with(index, { ...log[index], [name]: from[name] })
  },
  'an operation removed': (log, _other, random) => log.toSpliced(random.below(log.length), 1),
  'an operation twice': (log, _other, random) =>
    log.toSpliced(random.below(log.length + 1), 0, random.pick(log)),
  'an operation of another log': (log, other, random) =>
    log.toSpliced(random.below(log.length + 1), random.below(2), random.pick(other)),
  'two operations swapped': (log, _other, random) => {
    const [a, b] = [random.below(log.length), random.below(log.length)]
    return log.with(a, log[b] as Loose).with(b, log[a] as Loose)
  },
  'cut short': (log, _other, random) => log.slice(0, random.below(log.length)),
  'many operations': (log, _other, random) =>
    Array(random.pick([255, 256, 257, 1000])).fill(random.pick(log)),
  'no list': (log, _other, random) => random.pick([...values, log[0], { 0: log[0], length: 1 }]),
}

export interface DidLogFuzzReport {
  /** By code. */
  refusals: Record<string, number>
  /** Those that hold, all of them the beginning of the log that was signed, or all of it. */
  acceptedCount: number
}

/** Lets `count` mutations of a log loose on its decoder. Throws for a crash, and for a forgery that is accepted. */
export async function fuzzDidLogs(seed: number, count: number): Promise<DidLogFuzzReport> {
  const random = new SeededRandom(seed)
  const [log, other] = await originals()
  const { did } = lastState(await verifiedDidLog(log))
  const genuine = new Set(
    [log, other].flatMap(each => each.map((_, index) => canonicalJson(each.slice(0, index + 1)))),
  )
  const verifier = createVerifier()
  const report: DidLogFuzzReport = { refusals: {}, acceptedCount: 0 }
  for (let round = 0; round < count; round++) {
    const input = mutated(log as unknown as Loose[], other as unknown as Loose[], random)
    const accepted = await judge(input, did, verifier, report)
    if (accepted === undefined) continue
    if (!genuine.has(canonicalJson(accepted))) throw new Error(`Round ${round}: a forgery was accepted.`)
    report.acceptedCount++
  }
  return report
}

function mutated(log: Loose[], other: Loose[], random: SeededRandom): Uint8Array {
  const kind = random.below(4)
  if (kind < 2) {
    const bytes = utf8.encode(JSON.stringify(log.slice(0, 1 + random.below(log.length))))
    return random.pick(Object.values(byteMutations))(bytes, random)
  }
  if (kind === 2) {
    const index = random.below(log.length)
    const texts = log.map(operation => JSON.stringify(operation))
    const changed = random.pick(Object.values(textMutations))(texts[index] as string, random)
    return utf8.encode(`[${texts.with(index, changed).join()}]`)
  }
  const once = random.pick(Object.values(logMutations))(log, other, random)
  const isLog =
    Array.isArray(once) && once.length > 0 && once.every(each => typeof each === 'object' && each !== null)
  const twice = random.below(2) === 1 && isLog ? random.pick(Object.values(logMutations)) : undefined
  return utf8.encode(
    JSON.stringify(twice === undefined ? once : safely(twice, once as Loose[], other, random)),
  )
}

/** A second mutation of what a first one left: where there is nothing to mutate, the first is enough. */
function safely(
  mutate: (log: Loose[], other: Loose[], random: SeededRandom) => unknown,
  log: Loose[],
  other: Loose[],
  random: SeededRandom,
): unknown {
  return log.every(operation => Object.keys(operation).length > 0) ? mutate(log, other, random) : log
}

async function judge(
  input: Uint8Array,
  did: LumosDid,
  verifier: ReturnType<typeof createVerifier>,
  report: DidLogFuzzReport,
): Promise<DidLog | undefined> {
  try {
    const { log } = await verifiedDidLog(decodeDidLog(input), { did, verifier })
    return log
  } catch (error) {
    if (!isLumosError(error)) throw error
    report.refusals[error.code] = (report.refusals[error.code] ?? 0) + 1
    return undefined
  }
}
