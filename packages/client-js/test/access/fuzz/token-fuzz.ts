import { expect } from 'vitest'
import {
  decodeDelegation,
  decodeInvocation,
  issueRevocation,
  StoreRevocationList,
} from '../../../src/access/index.ts'
import { isLumosError } from '../../../src/contracts/index.ts'
import { createVerifier } from '../../../src/identity/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { Door, delegate, identityOf, outcomeOf } from '../access-setup.ts'
import { mutateToken } from './mutate-token.ts'

/** Far above what a busy machine adds. */
const hangMs = 10_000

const refusals = [
  'malformed-frame',
  'too-large',
  'invalid-request',
  'invalid-proof',
  'forbidden',
  'identity-unavailable',
]

/** Hands `count` mutated tokens to everything that reads tokens. None may pass, throw else than a refusal, or hang. */
export async function fuzzTokens(count: number): Promise<void> {
  const seed = Number(process.env.LUMOS_SEED ?? Date.now() & 0x7fffffff)
  const random = new SeededRandom(seed)
  const target = await createTarget()
  const counts: Record<string, number> = {}
  let slowestMs = 0
  for (let index = 0; index < count; index++) {
    const isRevocation = random.next() < 0.25
    const original = isRevocation ? target.revocation : target.delegation
    const token = mutateToken(original, random)
    // Now and then a mutation changes nothing.
    if (token === original) continue
    const startedAt = performance.now()
    const outcome = isRevocation ? await target.revoke(token) : await target.present(token)
    slowestMs = Math.max(slowestMs, performance.now() - startedAt)
    counts[outcome] = (counts[outcome] ?? 0) + 1
    expect(refusals, `seed ${seed}, token ${index}: ${token}`).toContain(outcome)
  }
  console.info(`${count} mutated tokens, seed ${seed}, slowest ${slowestMs.toFixed(1)} ms:`, counts)
  expect(slowestMs).toBeLessThan(hangMs)
  expect(await target.storedCount()).toBe(0)
  // The originals still pass: the target was not broken on the way.
  expect(await outcomeOf(target.ask(target.delegation))).toBe('admitted')
  await target.list.add(target.revocation)
  expect(await target.storedCount()).toBe(1)
}

async function createTarget() {
  const [node, alice] = await Promise.all([identityOf(1), identityOf(2)])
  const door = new Door(node)
  const store = new MemoryStore()
  const list = await StoreRevocationList.open({
    store,
    verifier: createVerifier(),
    keys: door.keys,
    clock: door.clock,
  })
  const policy = [
    ['any', '.list', ['like', '.', 'a*b*c']],
    ['<', '.limit', 10.5],
  ] as const
  const { token, cid } = await delegate(node, alice, {
    command: '/thread/get',
    policy,
    notBefore: 0,
    meta: { a: [1] },
  })
  const ask = (presented: string) =>
    door.ask({ issuer: alice, params: { list: ['abc'], limit: 3 }, delegations: [presented] })
  return {
    delegation: token,
    revocation: await issueRevocation(node, cid),
    list,
    ask,
    async present(mutated: string): Promise<string> {
      await checkCanonical(mutated, decodeDelegation)
      return outcomeOf(ask(mutated))
    },
    async revoke(mutated: string): Promise<string> {
      await checkCanonical(mutated, decodeInvocation)
      return outcomeOf(list.add(mutated) as never)
    },
    async storedCount(): Promise<number> {
      let stored = 0
      for await (const _entry of store.list({ prefix: '' })) stored++
      return stored
    },
  }
}

/** What is read at all reads back as the same text. */
async function checkCanonical(
  text: string,
  decode: (text: string) => Promise<{ token: string }>,
): Promise<void> {
  try {
    expect((await decode(text)).token).toBe(text)
  } catch (error) {
    if (!isLumosError(error)) throw error
  }
}
