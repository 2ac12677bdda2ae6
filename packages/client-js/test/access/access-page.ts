import {
  createAccessControl,
  decodeDelegation,
  issueDelegation,
  issueRevocation,
  StoreRevocationList,
} from '@lomusai/client-js/access'
import { MemoryStore } from '@lomusai/client-js/host'
import { createIdentity, createVerifier } from '@lomusai/client-js/identity'

type Question = Parameters<ReturnType<typeof createAccessControl>['authorize']>[0]

const keys = { keysOf: () => [] }
const clock = { now: () => Date.now(), setTimer: () => () => {} }

/** What the spec beside this file calls in the page. */
const calls = {
  /** A chain of two links: admitted, changed, then revoked. */
  async askTwice() {
    const [node, owner, guest] = [await createIdentity(), await createIdentity(), await createIdentity()]
    const verifier = createVerifier()
    const revocations = await StoreRevocationList.open({ store: new MemoryStore(), verifier, keys, clock })
    const authorizer = createAccessControl({ nodeId: node.did, verifier, keys, clock, revocations })
    const common = { subject: node.did, expiresAt: null }
    const first = await issueDelegation(node, { ...common, audience: owner.did, command: '/' })
    const second = await issueDelegation(owner, { ...common, audience: guest.did, command: '/thread' })
    const ask = async (tokens: string[]) => {
      const envelope = { params: {}, delegations: tokens }
      const question = { issuer: guest.did, command: '/thread/get', scope: 'node', envelope, context: {} }
      try {
        return (await authorizer.authorize(question as unknown as Question)).delegations
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    const forged = await issueDelegation(guest, {
      ...common,
      issuer: owner.did,
      audience: guest.did,
      command: '/',
    })
    const admitted = await ask([second.token, first.token])
    const startedAt = performance.now()
    for (let count = 0; count < 100; count++) await ask([second.token, first.token])
    const warmMs = (performance.now() - startedAt) / 100
    const forgedAnswer = await ask([forged.token, first.token])
    await revocations.add(await issueRevocation(owner, second.cid))
    const revoked = await ask([second.token, first.token])
    return { cids: [first.cid, second.cid], admitted, forged: forgedAnswer, revoked, warmMs }
  },

  async cidOf(token: string): Promise<string> {
    return (await decodeDelegation(token)).cid
  },
}

export type AccessCalls = typeof calls

Object.assign(globalThis, { calls })
