import { type ErrorCode, isLumosError, type RequestEnvelope } from '../../src/contracts/index.ts'
import { utf8 } from '../../src/core/index.ts'
import { byteMutations } from './mutate-bytes.ts'
import { envelopeMutations } from './mutate-envelope.ts'
import { harmlessMutations, textMutations } from './mutate-text.ts'
import { SeededRandom } from './seeded-random.ts'

export interface FuzzOptions {
  /** Named in every failure: the same seed makes the same mutations. */
  seed: number
  count: number
  /** Valid requests to the node under test, each signed by its issuer. */
  originals: readonly RequestEnvelope[]
  /** Gives bytes to the node under test, and resolves to the envelope that it let in. Rejects with its refusal. */
  judge(bytes: Uint8Array): Promise<RequestEnvelope>
}

export interface FuzzReport {
  /** How many mutants were refused, by code. */
  refusals: Record<string, number>
  /** The mutants that were let in, all of them another spelling of what their issuer signed. */
  admitted: RequestEnvelope[]
}

const hangMs = 10_000

/** Throws at the first crash, hang, untyped refusal or accepted forgery. */
export async function fuzzEnvelopes(options: FuzzOptions): Promise<FuzzReport> {
  const random = new SeededRandom(options.seed)
  const signed = new Set(options.originals.map(meaningOf))
  const report: FuzzReport = { refusals: {}, admitted: [] }
  for (let index = 0; index < options.count; index++) {
    const { kind, bytes } = mutant(options.originals, random)
    const where = `mutant ${index} of seed ${options.seed} (${kind})`
    const { admitted, code } = await judgeInTime(() => options.judge(bytes), where)
    if (admitted === undefined) report.refusals[code] = (report.refusals[code] ?? 0) + 1
    else report.admitted.push(admitted)
    // A replay is refused only after its proof held.
    const believed = code === 'replayed-request' ? JSON.parse(utf8.decode(bytes)) : admitted
    // A text that says two things means neither, whichever of them the parser kept.
    const isForgery = kind in textMutations || !signed.has(meaningOf(believed))
    if (believed !== undefined && isForgery) {
      throw new Error(`Accepted a forgery: ${where}`)
    }
  }
  return report
}

function mutant(
  originals: readonly RequestEnvelope[],
  random: SeededRandom,
): { kind: string; bytes: Uint8Array } {
  const original = random.pick(originals)
  const text = JSON.stringify(original)
  const family = random.pick(['bytes', 'text', 'envelope', 'envelope', 'harmless'] as const)
  if (family === 'bytes') {
    const [kind, mutate] = random.pick(Object.entries(byteMutations))
    return { kind, bytes: mutate(utf8.encode(text), random) }
  }
  if (family === 'envelope') {
    const [kind, mutate] = random.pick(Object.entries(envelopeMutations))
    const changed = mutate({ ...original }, random.pick(originals), random)
    return { kind, bytes: utf8.encode(JSON.stringify(changed)) }
  }
  const mutations = family === 'text' ? textMutations : harmlessMutations
  const [kind, mutate] = random.pick(Object.entries(mutations))
  return { kind, bytes: utf8.encode(mutate(text, random)) }
}

type Verdict = { admitted: RequestEnvelope; code?: never } | { admitted?: never; code: ErrorCode }

async function judgeInTime(judge: () => Promise<RequestEnvelope>, where: string): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined
  const hang = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Hangs: ${where}`)), hangMs)
  })
  try {
    return { admitted: await Promise.race([judge(), hang]) }
  } catch (error) {
    if (!isLumosError(error)) throw new Error(`Threw something untyped: ${where}`, { cause: error })
    if (error.code === 'internal') throw new Error(`Failed inside: ${where}`, { cause: error })
    return { code: error.code }
  } finally {
    clearTimeout(timer)
  }
}

/** The same text for the same value, however it was written, made without the code under test. */
function meaningOf(value: unknown): string {
  return JSON.stringify(value, (_name, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
