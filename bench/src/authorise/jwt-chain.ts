import type { Identity } from '@lomusai/client-js'
import { createIdentity } from '@lomusai/client-js/identity'
import { createJWT, verifyJWT } from 'did-jwt'
import type { Resolvable } from 'did-resolver'

/** The same two statements as JWTs, each with the proof before it; checked by did-jwt as its users would. */
export async function createJwtChain(): Promise<() => Promise<void>> {
  const [node, owner, requester] = (await Promise.all([1, 2, 3].map(() => createIdentity()))) as [
    Identity,
    Identity,
    Identity,
  ]
  const first = await sign(node, { aud: owner.did, cmd: '/' })
  const second = await sign(owner, { aud: requester.did, cmd: '/thread', prf: first })
  return async () => {
    const outer = await verifyJWT(second, { resolver, audience: requester.did })
    await verifyJWT(outer.payload.prf as string, { resolver, audience: outer.issuer })
  }
}

function sign(identity: Identity, payload: Record<string, string>): Promise<string> {
  const signer = async (data: string | Uint8Array) =>
    Buffer.from(await identity.sign(Buffer.from(data))).toString('base64url')
  return createJWT(payload, { issuer: identity.did, alg: 'EdDSA', signer })
}

/** A did:key is its own document, so that nothing but the check is measured. */
const resolver: Resolvable = {
  resolve: async did => {
    const publicKeyMultibase = did.slice('did:key:'.length)
    const id = `${did}#${publicKeyMultibase}`
    const key = { id, type: 'Ed25519VerificationKey2020', controller: did, publicKeyMultibase }
    return {
      didResolutionMetadata: {},
      didDocumentMetadata: {},
      didDocument: { id: did, verificationMethod: [key], assertionMethod: [id], authentication: [id] },
    }
  },
}
