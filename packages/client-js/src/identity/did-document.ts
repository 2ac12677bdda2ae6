import type { DIDDocument, VerificationMethod } from 'did-resolver'
import type { Did, PrincipalDid } from '../contracts/index.ts'

const contexts = ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1']

/** A key of a document: the fragment that names it there, and the key. */
export interface DocumentKey {
  fragment: string
  key: Did
}

/**
 * The DID document in which each of `keys` may do everything its subject may: authenticate, assert, invoke, delegate.
 *
 * @see W3C DID 1.0; W3C Controlled Identifiers 1.0, Multikey
 */
export function didDocument(did: PrincipalDid, keys: readonly DocumentKey[]): DIDDocument {
  const methods = keys.map(
    ({ fragment, key }): VerificationMethod => ({
      id: `${did}#${fragment}`,
      type: 'Multikey',
      controller: did,
      publicKeyMultibase: multibaseKey(key),
    }),
  )
  const document: DIDDocument = { '@context': [...contexts], id: did }
  // W3C DID 1.0 knows no empty relationship: a deactivated DID has none at all.
  if (methods.length === 0) return document
  const references = methods.map(method => method.id)
  return {
    ...document,
    verificationMethod: methods,
    authentication: references,
    assertionMethod: references,
    capabilityInvocation: references,
    capabilityDelegation: references,
  }
}

/** The multibase Multikey of a key: its did:key without the scheme. */
export function multibaseKey(key: Did): string {
  return key.slice('did:key:'.length)
}

/** The document of a did:key. @see The did:key Method v0.9, Document Creation Algorithm */
export function keyDidDocument(key: Did): DIDDocument {
  return didDocument(key, [{ fragment: multibaseKey(key), key }])
}
