import type { Identity, RequestEnvelope, Verb } from '@lomusai/client-js'
import { createAccessControl, issueDelegation } from '@lomusai/client-js/access'
import { createIdentity, createVerifier } from '@lomusai/client-js/identity'

/** A node, what it gave to somebody, and what they passed on to the requester. */
export interface TwoLinkChain {
  /** A question whose answer rests on both links. */
  ask(authorizer: ReturnType<typeof createAccessControl>): Promise<void>
  /** One that has seen nothing yet. */
  createAuthorizer(): ReturnType<typeof createAccessControl>
}

export async function createTwoLinkChain(): Promise<TwoLinkChain> {
  const [node, owner, requester] = (await Promise.all([1, 2, 3].map(() => createIdentity()))) as [
    Identity,
    Identity,
    Identity,
  ]
  const subject = node.did
  const command = '/thread/get'
  const policy = [['like', '.threadId', 'team-*']] as const
  const first = await issueDelegation(node, { audience: owner.did, subject, command: '/', expiresAt: null })
  const second = await issueDelegation(owner, {
    audience: requester.did,
    subject,
    command: '/thread',
    policy,
    expiresAt: null,
  })
  const envelope = {
    issuer: requester.did,
    params: { threadId: 'team-1' },
    delegations: [second.token, first.token],
  } as unknown as RequestEnvelope<Verb>
  const context = {} as never
  return {
    async ask(authorizer) {
      const { delegations } = await authorizer.authorize({
        issuer: requester.did,
        command,
        scope: 'node',
        envelope,
        context,
      })
      if (delegations.length !== 2) throw new Error('The chain was not used.')
    },
    createAuthorizer: () =>
      createAccessControl({
        nodeId: node.did,
        verifier: createVerifier(),
        keys: { keysOf: () => [] },
        clock: { now: () => Date.now(), setTimer: () => () => {} },
        revocations: { revokersOf: () => [] },
      }),
  }
}
