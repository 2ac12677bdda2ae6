import { describe, expect, it } from 'vitest'
import { delegateToAgent, isAgentDelegation, issueDelegation } from '../../src/access.ts'
import { createIdentity, createVerifier } from '../../src/identity.ts'

const now = Date.UTC(2026, 10, 24)
const seconds = now / 1000
const options = { verifier: createVerifier(), now }

describe('the delegation of an agent', () => {
  it('lets the agent act for its node, and is the same each time', async () => {
    const [node, agent] = [await createIdentity(), await createIdentity()]
    const token = await delegateToAgent(node, agent.did)
    expect(await delegateToAgent(node, agent.did)).toBe(token)
    expect(await isAgentDelegation(token, { agent: agent.did, node: node.did }, options)).toBe(true)
  })

  it('is of no other agent, node, command or time, and of nobody who did not sign', async () => {
    const [node, agent, other] = [await createIdentity(), await createIdentity(), await createIdentity()]
    const parties = { agent: agent.did, node: node.did }
    const fields = { audience: agent.did, subject: node.did, command: '/agent', expiresAt: null } as const
    const judge = async (change: object, signer = node) =>
      isAgentDelegation((await issueDelegation(signer, { ...fields, ...change })).token, parties, options)
    expect(await judge({})).toBe(true)
    expect(await judge({ subject: null })).toBe(true)
    expect(await judge({ command: '/' })).toBe(true)
    expect(await judge({ expiresAt: seconds + 10, notBefore: seconds - 10 })).toBe(true)
    expect(await judge({ audience: other.did })).toBe(false)
    expect(await judge({ subject: other.did })).toBe(false)
    expect(await judge({ command: '/agents' })).toBe(false)
    expect(await judge({ command: '/agent/run' })).toBe(false)
    expect(await judge({ expiresAt: seconds - 100 })).toBe(false)
    expect(await judge({ notBefore: seconds + 100 })).toBe(false)
    expect(await judge({}, other)).toBe(false)
    expect(await judge({ issuer: node.did }, other)).toBe(false)
    // Signed by the node's key, but in the name of somebody else.
    expect(await judge({ issuer: 'did:web:acme.example' })).toBe(false)
    expect(await isAgentDelegation('nonsense', parties, options)).toBe(false)
  })
})
