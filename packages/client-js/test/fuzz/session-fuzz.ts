import type { Identity, RequestSession } from '../../src/contracts/index.ts'
import { isLumosError } from '../../src/contracts/index.ts'
import { createIdentity } from '../../src/identity/index.ts'
import { requestIn, SessionAsker } from '../host/session-asker.ts'
import type { FuzzedHost } from './fuzzed-host.ts'
import { byteMutations } from './mutate-bytes.ts'
import { SeededRandom } from './seeded-random.ts'

/** A proven request on its way: which call it is, and its bytes. */
interface Sent {
  counter: number
  payload: Uint8Array
}

interface Scene {
  fresh: Sent
  /** Of the same issuer over the same session, answered already. */
  earlier: Sent
  /** Of the same issuer, over another session. */
  elsewhere: Sent
  /** Of somebody else over the same session. */
  other: Sent
  random: SeededRandom
}

const macEnd = 33

function withBytes(payload: Uint8Array, at: number, bytes: Uint8Array): Uint8Array {
  const changed = payload.slice()
  changed.set(bytes.subarray(0, payload.length - at), at)
  return changed
}

function cut(payload: Uint8Array, from: number, to: number): Uint8Array {
  return Uint8Array.from([...payload.subarray(0, from), ...payload.subarray(to)])
}

/** What somebody on the channel, or who had a look at it, may make of proven requests. */
const mutations: Record<string, (scene: Scene) => Sent> = {
  'bytes changed': ({ fresh, random }) => ({
    ...fresh,
    payload: random.pick(Object.values(byteMutations))(fresh.payload, random),
  }),
  'bytes of the request changed': ({ fresh: { counter, payload }, random }) => {
    const changed = random.pick(Object.values(byteMutations))(payload.slice(macEnd), random)
    return { counter, payload: Uint8Array.from([...payload.subarray(0, macEnd), ...changed]) }
  },
  'MAC truncated': ({ fresh: { counter, payload }, random }) => ({
    counter,
    payload: cut(payload, 1 + random.below(32), macEnd),
  }),
  'MAC replaced': ({ fresh: { counter, payload }, earlier, elsewhere, other, random }) => {
    const thief = random.pick([earlier.payload, elsewhere.payload, other.payload, new Uint8Array(64)])
    return { counter, payload: withBytes(payload, 1, thief.subarray(1, macEnd)) }
  },
  'under another key': ({ fresh: { counter, payload }, random }) => ({
    counter,
    payload: withBytes(payload, 0, Uint8Array.of(random.below(256))),
  }),
  'under another counter': ({ fresh: { counter, payload }, random }) => ({
    counter: random.pick([0, counter - 1, counter + 1, counter + 2 ** 32, 2 ** 53 - 1, random.below(1000)]),
    payload,
  }),
  'from another session': ({ elsewhere }) => elsewhere,
  'from another session, under a counter of this one': ({ fresh, elsewhere }) => ({
    counter: fresh.counter,
    payload: elsewhere.payload,
  }),
  'sent again': ({ earlier }) => earlier,
  'sent again under a new counter': ({ fresh, earlier }) => ({ ...fresh, payload: earlier.payload }),
  'somebody else’s request': ({ fresh: { counter, payload }, other }) => ({
    counter,
    payload: Uint8Array.from([...payload.subarray(0, macEnd), ...other.payload.subarray(macEnd)]),
  }),
}

export interface SessionFuzzReport {
  refusals: Record<string, number>
  /** Requests as they were sent, all let in. */
  admittedCount: number
  /** Changed statements, all refused. */
  statementCount: number
}

/** Throws at the first crash, untyped refusal, accepted forgery and refused original. */
export async function fuzzSessions(
  fuzzed: FuzzedHost,
  seed: number,
  count: number,
): Promise<SessionFuzzReport> {
  const random = new SeededRandom(seed)
  const [asker, alice, bob] = await Promise.all([createIdentity(), createIdentity(), createIdentity()])
  const now = () => fuzzed.clock.now()
  const here = new SessionAsker(fuzzed.host, asker.did, now)
  const there = new SessionAsker(fuzzed.host, asker.did, now)
  const report: SessionFuzzReport = { refusals: {}, admittedCount: 0, statementCount: 0 }
  for (const identity of [alice, bob]) for (const end of [here, there]) await end.freshly(identity)

  const deliver = async (sent: Sent, identity: Identity): Promise<void> => {
    const { id, issuer } = await fuzzed.judgeProven(here.session, sent.counter, sent.payload)
    if (id !== requestIn(sent.payload).id || issuer !== identity.did)
      throw new Error('Let in as another request.')
    report.admittedCount++
  }
  let earlier = await here.freshly(alice)
  await deliver(earlier, alice)
  for (let index = 0; index < count; index++) {
    const fresh = await here.freshly(alice)
    const [elsewhere, other] = [await there.freshly(alice), await here.freshly(bob)]
    const [kind, mutate] = random.pick(Object.entries(mutations))
    const changed = mutate({ fresh, earlier, elsewhere, other, random })
    const where = `mutant ${index} of seed ${seed} (${kind})`
    if (!isSame(changed, fresh)) {
      const code = await refusal(
        () => fuzzed.judgeProven(here.session, changed.counter, changed.payload),
        where,
      )
      report.refusals[code] = (report.refusals[code] ?? 0) + 1
    }
    if (index % 4 === 0) await refuseStatement(here, there, random, where)
    report.statementCount += index % 4 === 0 ? 1 : 0
    // What is refused takes nothing from what was meant.
    await deliver(fresh, alice)
    await deliver(other, bob)
    earlier = fresh
  }
  return report
}

/** A statement that was changed, or was made for another session, gives nobody a key. */
async function refuseStatement(
  here: SessionAsker,
  there: SessionAsker,
  random: SeededRandom,
  where: string,
): Promise<void> {
  const [kind, mutate] = random.pick(Object.entries(byteMutations))
  const original = random.pick([...here.statements, ...there.statements])
  const changed = random.below(4) === 0 ? original : mutate(original, random)
  const session: RequestSession = here.session
  await refusal(() => session.prove(changed), `${where}, statement: ${kind}`)
}

async function refusal(judge: () => Promise<unknown>, where: string): Promise<string> {
  try {
    await judge()
  } catch (error) {
    if (!isLumosError(error) || error.code === 'internal')
      throw new Error(`Crashed: ${where}`, { cause: error })
    return error.code
  }
  throw new Error(`Accepted a forgery: ${where}`)
}

function isSame(a: Sent, b: Sent): boolean {
  return a.counter === b.counter && Buffer.compare(a.payload, b.payload) === 0
}
