import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeDelegation, decodeInvocation } from '../../../src/access/index.ts'
import { type Did, isLumosError } from '../../../src/contracts/index.ts'
import { base64url } from '../../../src/core/index.ts'
import { createVerifier } from '../../../src/identity/index.ts'
import { Door, outcomeOf } from '../access-setup.ts'

/**
 * The working group's vectors, `fixtures/1.0.0` of its repository ucan-wg/spec. They are not ours to ship: set
 * LUMOS_UCAN_VECTORS to that folder.
 */
const folder = process.env.LUMOS_UCAN_VECTORS

interface DelegationVector {
  token: string
  cid: string
  envelope: { payload: Record<'iss' | 'aud' | 'sub' | 'cmd' | 'pol' | 'exp', unknown> }
}

interface InvocationVector {
  name: string
  time: number
  invocation: { '/': { bytes: string } }
  proofs: { '/': { bytes: string } }[]
}

const read = (name: string) =>
  folder ? JSON.parse(readFileSync(join(folder, name), 'utf8')) : { valid: [], invalid: [] }
const text = (base64: string) => base64url.encode(Buffer.from(base64, 'base64'))

/** The code of a refusal, wherever it comes from. */
async function outcomeFor(vector: InvocationVector): Promise<string> {
  try {
    return await execute(vector)
  } catch (error) {
    if (isLumosError(error)) return error.code
    throw error
  }
}

/** What an executor at that time says to an invocation with those proofs and no others. */
async function execute(vector: InvocationVector): Promise<string> {
  const invocation = await decodeInvocation(text(vector.invocation['/'].bytes))
  const { issuer, subject, command, args, expiresAt, proofs } = invocation
  const isSigned = await createVerifier().verify(issuer as Did, invocation.signedBytes, invocation.signature)
  if (!isSigned) return 'invalid-proof'
  if (expiresAt !== null && vector.time > expiresAt + 60) return 'forbidden'
  const delegations = await Promise.all(
    vector.proofs.map(({ '/': { bytes } }) => decodeDelegation(text(bytes))),
  )
  if (proofs.some(cid => !delegations.some(delegation => delegation.cid === cid))) return 'forbidden'
  const door = new Door({ did: subject } as never)
  door.clock.advance(vector.time * 1000 - door.clock.now())
  return outcomeOf(door.ask({ issuer: { did: issuer } as never, command, params: args, delegations }))
}

describe.runIf(folder !== undefined)('published vectors of UCAN 1.0', () => {
  it.each(read('delegation.json').valid as DelegationVector[])(
    'delegation: $name',
    async ({ token, cid, envelope }) => {
      const delegation = await decodeDelegation(text(token))
      expect(delegation.cid).toBe(cid)
      const { iss, aud, sub, cmd, pol, exp } = envelope.payload
      const { issuer, audience, subject, command, policy, expiresAt } = delegation
      expect([issuer, audience, subject, command, policy, expiresAt]).toEqual([iss, aud, sub, cmd, pol, exp])
      expect(await createVerifier().verify(issuer as Did, delegation.signedBytes, delegation.signature)).toBe(
        true,
      )
    },
  )

  it.each(read('invocation.json').valid as InvocationVector[])('admitted: $name', async vector => {
    expect(await outcomeFor(vector)).toBe('admitted')
  })

  it.each(read('invocation.json').invalid as InvocationVector[])('refused: $name', async vector => {
    expect(await outcomeFor(vector)).not.toBe('admitted')
  })
})
